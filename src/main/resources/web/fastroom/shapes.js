// @ts-check
/** The server's JSON in the shape that applications see. */

/**
 * @param {any} frame a chat, or an entry of a history
 * @returns {import('../fastroom.js').Message}
 */
export function messageOf(frame) {
  const { message_id: id = null, client_id: clientId = null, seq = null, user, user_id: userId = null } = frame;
  return Object.freeze({
    key: clientId ? `${userId}/${clientId}` : String(id ?? uuid()),
    id,
    clientId,
    seq,
    user,
    userId,
    text: frame.message,
    ts: frame.ts,
    editedAt: frame.edited_at ?? null,
    replyTo: quoteOf(frame.reply_to),
    mentions: Object.freeze(frame.mentions ?? []),
    reactions: Object.freeze(frame.reactions ?? []),
    state: 'sent',
    error: null,
  });
}

/** A message of REST in the form in which sockets have it. @param {import('../fastroom.js').MessageJson} m */
export const frameOf = ({ id, username, content, created_at: ts, ...m }) => ({
  ...m,
  message_id: id,
  user: username,
  message: content,
  ts,
});

/**
 * @param {any} quote the `reply_to` of a chat
 * @returns {import('../fastroom.js').Quote | null}
 */
export function quoteOf(quote) {
  if (!quote) return null;
  const { message_id: id, user = null, message: text = '', deleted = false } = quote;
  return Object.freeze({ id, user, text, deleted });
}

/**
 * @param {any} room an entry of `rooms`, or a `room_added`
 * @returns {import('../fastroom.js').ListedRoom}
 */
export function entryOf({
  room: name,
  room_id: id,
  kind,
  is_private: isPrivate,
  seq,
  read_seq: readSeq,
  unread,
  mentions,
  last,
}) {
  return Object.freeze({ id, name, kind, isPrivate, seq, readSeq, unread, mentions, last: lastOf(last) });
}

/** @param {any} last */
export function lastOf(last) {
  if (!last) return null;
  const { message_id: id, user, message: text, ts } = last;
  return Object.freeze({ id, user, text, ts });
}

/** A message as the last of its room. @param {import('../fastroom.js').Message | undefined} message */
export function asLast(message) {
  if (!message) return null;
  const { id, user, text, ts } = message;
  return Object.freeze({ id, user, text, ts });
}

const QUOTED = 200;

/** As much of a text as a quote has. @param {string} text */
export const beginningOf = (text) => [...text.slice(0, 2 * QUOTED)].slice(0, QUOTED).join('');

/**
 * @param {any} m a `member_update`, or an item of the member list
 * @returns {import('../fastroom.js').Member}
 */
export function memberOf(m) {
  return {
    userId: m.user_id,
    username: m.username,
    isMember: m.is_member,
    isModerator: m.is_moderator,
    isBanned: m.is_banned,
    isMuted: m.is_muted,
    joinedAt: m.joined_at ?? null,
    reason: m.reason ?? null,
    until: m.until ?? null,
  };
}

/** crypto.randomUUID exists on secure origins only; a FastRoom on plain http in a home network is none. */
export function uuid() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
