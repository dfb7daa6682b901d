/** Names of rooms, as links and the browser's memory have them. */

const LONGEST = 100;

/** One that a room may have, as far as it can be told without asking. */
export const isRoomName = (name) => typeof name === 'string' && name !== '' && [...name].length <= LONGEST;

/** The same for all ways in which Unicode writes a name: the server keeps the composed one. */
export const composed = (name) => name.normalize('NFC');

const PREFIX = '#/rooms/';

const MESSAGE = /\?message=([1-9]\d{0,15})$/;
const LASTING = /^#\/room\/([1-9]\d{0,15})(?:\/message\/([1-9]\d{0,15}))?$/;

/** The link to a room, or to a message in it. */
export const hashOf = (name, messageId = null) =>
  PREFIX + encodeURIComponent(name) + (messageId === null ? '' : `?message=${messageId}`);

/** The message that a link leads to, or null. */
export const messageOf = (hash) => (MESSAGE.test(hash) ? Number(hash.match(MESSAGE)[1]) : null);

/** A link by ids, to be given away: it leads to the same room under any name. */
export const lastingHashOf = (roomId, messageId = null) =>
  `#/room/${roomId}` + (messageId === null ? '' : `/message/${messageId}`);

/** The ids that such a link has, { room, message }, message null for the room alone; null for any other link. */
export function idsOf(hash) {
  const [, room, message] = hash.match(LASTING) ?? [];
  return room ? { room: Number(room), message: message ? Number(message) : null } : null;
}

/** The room that a link leads to, or null. */
export function nameOf(hash) {
  if (!hash.startsWith(PREFIX)) return null;
  try {
    const name = decodeURIComponent(hash.slice(PREFIX.length).replace(MESSAGE, ''));
    return isRoomName(name) ? name : null;
  } catch {
    return null;
  }
}

/** A room between two people; nobody can give a room a name that begins so. */
export const isDirect = (name) => name.startsWith('@');

/** What a room is called here: one between two people by the other one. */
export function titleOf(name, me) {
  if (!isDirect(name)) return name;
  return (
    name
      .slice(1)
      .split(',')
      .find((user) => user !== me) ?? name
  );
}
