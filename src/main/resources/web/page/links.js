/** Links that people give away: by the ids of a room and a message, since a room may get another name. */
import { hashOf, idsOf } from './names.js';
import { openDialog, toast } from './overlay.js';

const NOWHERE = {
  403: 'You may not read that room.',
  404: 'There is no such room any more, or it is private and you are not a member of it.',
};

/** Puts the link to a place of the page into the clipboard. */
export async function copyLink(hash) {
  const link = new URL(hash, location.origin + location.pathname).href;
  try {
    await navigator.clipboard.writeText(link);
    toast('Link copied');
  } catch {
    // The clipboard is for secure origins only.
    openDialog({ title: 'The link', text: link });
  }
}

/** Puts the name that the room has now into the address, and goes there; tells when the link leads nowhere. */
export async function follow(client, ids, go) {
  const stillAsked = () => idsOf(location.hash)?.room === ids.room && idsOf(location.hash).message === ids.message;
  try {
    const known = client.list?.get(ids.room) ?? client.rooms.find(({ id }) => id === ids.room);
    const { name } = known ?? (await client.getRoom(ids.room));
    if (!stillAsked()) return;
    history.replaceState(null, '', hashOf(name, ids.message));
    go();
  } catch (error) {
    if (error.name !== 'FastRoomError') throw error;
    // The connection bar tells that the server is away; the link is followed when it is back.
    if (!stillAsked() || error.code === 'unreachable') return;
    location.hash = '#/';
    openDialog({ title: 'This link leads nowhere', text: NOWHERE[error.status] ?? error.message });
  }
}
