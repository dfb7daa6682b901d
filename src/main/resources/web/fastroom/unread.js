// @ts-check
import { asLast } from './shapes.js';

/**
 * @typedef {import('../fastroom.js').ListedRoom} Entry
 * @typedef {import('../fastroom.js').Message} Message
 * @typedef {import('../fastroom.js').Identity | null} Me
 */

/** As far as the server counts. */
export const MOST = 99;

/**
 * Whether a room shows all messages after what was read.
 * @param {import('./room.js').Room} room
 * @param {Entry} entry
 */
export const reachesBack = (room, entry) =>
  !room.hasNewer && (!room.hasMore || (room.messages[0]?.seq ?? Infinity) <= entry.readSeq + 1);

/**
 * With what a joined room shows: truer than what was counted as far as it reaches back, and what has come since otherwise.
 * @param {Entry} entry
 * @param {import('./room.js').Room} room
 * @param {Me} me
 * @returns {Entry}
 */
export function counted(entry, room, me) {
  const whole = reachesBack(room, entry);
  const [after, before] = whole ? [entry.readSeq, { unread: 0, mentions: 0 }] : [entry.seq, entry];
  const fresh = room.messages.filter((m) => m.seq !== null && m.seq > after && m.userId !== me?.id);
  return {
    ...entry,
    seq: Math.max(entry.seq, room.seq ?? 0),
    unread: Math.min(MOST, before.unread + fresh.length),
    mentions: before.mentions + fresh.filter((m) => mentions(m, me)).length,
    last: asLast(room.messages.at(-1)) ?? (whole ? null : entry.last),
  };
}

/**
 * With a new message.
 * @param {Entry} entry
 * @param {Message & { seq: number }} message
 * @param {Me} me
 * @returns {Entry}
 */
export function countedOn(entry, message, me) {
  const { seq } = message;
  const others = message.userId !== me?.id && seq > entry.readSeq;
  return {
    ...entry,
    seq,
    unread: Math.min(MOST, entry.unread + (others ? 1 : 0)),
    mentions: entry.mentions + (others && mentions(message, me) ? 1 : 0),
    last: asLast(message),
  };
}

/**
 * @param {Message} message
 * @param {Me} me
 */
const mentions = (message, me) => me !== null && message.mentions.includes(me.username);
