/** All rooms, private ones too: renamed, opened or closed, given a moderator, deleted. */
import { el, icon, iconButton } from './dom.js';
import { PagedList, searchField } from './lists.js';
import { openDialog, openMenu } from './overlay.js';
import { momentOf } from './times.js';

export function showRooms(panel, admin) {
  let wanted = '';
  const search = searchField('Search rooms', (q) => {
    wanted = q;
    list.reload();
  });
  panel.body.replaceChildren(el('div', { class: 'panel-bar' }, search));
  const list = new PagedList(panel.body, {
    label: 'Rooms',
    read: (cursor) => admin.listRooms({ q: wanted || undefined, cursor }),
    row: (room) => row(room, (anchor) => menu(anchor, room)),
    empty: 'No room is called so.',
  });
  const done = (text) => {
    panel.say(text);
    list.reload();
  };

  const menu = (anchor, room) =>
    openMenu(anchor, [
      { label: 'Rename…', icon: 'edit', action: () => rename(room) },
      { label: room.is_private ? 'Make public' : 'Make private', icon: 'lock', action: () => change(room) },
      { label: 'Add a moderator…', icon: 'shield', action: () => appoint(room) },
      { label: 'Delete…', icon: 'trash', danger: true, action: () => remove(room) },
    ]);

  const change = async ({ id, name, is_private: isPrivate }) => {
    await panel.attempt(
      () => admin.updateRoom(id, { is_private: !isPrivate }),
      `“${name}” is ${isPrivate ? 'public' : 'private'} now.`,
    );
    list.reload();
  };

  const rename = ({ id, name }) =>
    openDialog({
      title: 'Rename room',
      fields: [{ name: 'name', label: 'Name', value: name, maxlength: 100 }],
      action: 'Rename',
      submit: async (body) => done(`It is called “${(await admin.updateRoom(id, body)).name}” now.`),
    });

  const appoint = ({ id, name }) =>
    openDialog({
      title: `Add a moderator to “${name}”`,
      fields: [{ name: 'username', label: 'Username', maxlength: 64 }],
      action: 'Add',
      submit: async ({ username }) =>
        done(`${(await admin.addModerator(id, username)).username} looks after “${name}” now.`),
    });

  const remove = ({ id, name }) =>
    openDialog({
      title: `Delete “${name}”?`,
      text: 'The room and all its messages are gone for everybody. This cannot be undone.',
      action: 'Delete room',
      danger: true,
      submit: async () => {
        await admin.deleteRoom(id);
        done(`“${name}” is deleted.`);
      },
    });

  list.reload();
}

function row({ name, is_private: isPrivate, members, created_at: since }, open) {
  return el(
    'li',
    { class: 'row' },
    icon(isPrivate ? 'lock' : 'hash'),
    el(
      'div',
      { class: 'row-main' },
      el('b', {}, name, isPrivate ? el('span', { class: 'tag' }, 'private') : null),
      el('small', {}, `${members} ${members === 1 ? 'member' : 'members'} · since ${momentOf(since)}`),
    ),
    iconButton('more', `Look after ${name}`, (e) => open(e.currentTarget), { 'aria-haspopup': 'menu' }),
  );
}
