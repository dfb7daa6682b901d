/** Who did what to whom, when and why: of a room for its moderators, of everything for administrators. */
import { el } from './dom.js';
import { PagedList } from './lists.js';
import { openPanel } from './panel.js';
import { agoOf, fullOf, momentOf } from './times.js';

/** What stands between who did it and to whom; what is newer than this page is told by its name. */
const VERBS = {
  account_made: 'made the account of',
  account_changed: 'changed the account of',
  account_deleted: 'deleted the account of',
  banned: 'banned',
  email_verified: 'verified the e-mail of',
  invite_deleted: 'withdrew',
  invite_made: 'made',
  key_deleted: 'deleted a key of',
  key_made: 'made a key for',
  login_refused: 'was refused as',
  member_removed: 'removed',
  message_deleted: 'deleted',
  message_edited: 'edited',
  moderator_granted: 'made a moderator:',
  moderator_revoked: 'took moderation from',
  muted: 'muted',
  password_reset: 'reset the password of',
  role_admin: 'made an administrator:',
  role_user: 'took administration from',
  room_changed: 'changed the room',
  room_deleted: 'deleted the room',
  unbanned: 'lifted the ban of',
  unmuted: 'unmuted',
  webhook_changed: 'changed',
  webhook_deleted: 'deleted',
  webhook_made: 'made',
  webhook_replayed: 'had events sent again to',
};

export function openRoomAudit(client, room) {
  const read = (page) => client.listRoomAudit(room.id, page);
  openPanel(`What was done in “${room.name}”`, [{ label: 'Audit', show: (panel) => showAudit(panel, read) }]);
}

/** Fills the panel with what `read(page)` answers. */
export function showAudit(panel, read) {
  const list = new PagedList(panel.body, {
    label: 'Entries',
    read: (cursor) => read({ cursor }),
    row,
    empty: 'Nothing was done yet.',
  });
  list.reload();
}

function row({ at, actor, action, target, reason, details = {} }) {
  const more = Object.entries(details).map(
    ([name, text]) => `${words(name)} ${name === 'until' ? momentOf(text) : text}`,
  );
  const verb = Object.hasOwn(VERBS, action) ? VERBS[action] : words(action);
  return el(
    'li',
    { class: 'row' },
    el(
      'div',
      { class: 'row-main' },
      el('span', {}, el('b', {}, nameOfActor(actor, details)), ` ${verb} `, nameOf(target)),
      reason ? el('q', {}, reason) : null,
      more.length ? el('small', {}, more.join(' · ')) : null,
    ),
    el('time', { datetime: at, title: fullOf(at) }, agoOf(at)),
  );
}

/** The room itself gives a successor to a moderator whose account is no more. */
function nameOfActor(actor, details) {
  return actor?.username ?? (details.in_place_of ? 'FastRoom' : 'Somebody');
}

const words = (name) => name.replaceAll('_', ' ');

function nameOf({ kind, id, name }) {
  if (kind === 'message') return el('span', {}, 'a message of ', el('b', {}, name ?? 'somebody'));
  if (kind === 'webhook') return el('span', {}, `webhook ${id} to `, el('b', {}, name));
  return el('b', {}, name ?? (id === null ? kind : `${kind} ${id}`));
}
