// @ts-check

const DURABLE = new Set([
  'chat',
  'message_updated',
  'message_deleted',
  'reaction',
  'member_update',
  'room_updated',
  'room_deleted',
]);
/** They bear the `seq` of an event without being one. */
const MARKS = new Set(['read', 'activity', 'room_added']);

/**
 * Whether a frame is an event of the log. One of a kind that is newer than this client is, too: it has a place in the
 * log and moves the position on.
 * @param {any} frame
 */
export function isEvent({ type, seq, ts }) {
  return DURABLE.has(type) || (Number.isInteger(seq) && typeof ts === 'string' && !MARKS.has(type));
}
