/** Keys by which programs come: one's own, or a bot's. */
import { el } from './dom.js';
import { makeForm } from './forms.js';
import { PagedList } from './lists.js';
import { openDialog } from './overlay.js';
import { agoOf, fullOf } from './times.js';

const SCOPES = [
  ['read', 'Read', 'Rooms, messages and people'],
  ['write', 'Write', 'Join rooms and say something'],
  ['moderate', 'Moderate', 'What moderators do'],
  ['admin', 'Administrate', 'What administrators do'],
];
const DAYS = [
  ['', 'Never'],
  ['30', 'In 30 days'],
  ['90', 'In 90 days'],
  ['365', 'In a year'],
];

/** Fills the panel; `calls` has listKeys, createKey and deleteKey. */
export function showKeys(panel, { calls, admin, intro }) {
  const box = el('div');
  const list = new PagedList(box, {
    label: 'Keys',
    read: async () => ({ items: await calls.listKeys(), next_cursor: null }),
    row: (key) => keyRow(key, () => confirmDeletion(key)),
    empty: 'There are none yet.',
  });
  const confirmDeletion = (key) =>
    openDialog({
      title: `Delete the key “${key.name}”?`,
      text: 'Whatever uses it is locked out at once.',
      action: 'Delete key',
      danger: true,
      submit: async () => {
        await calls.deleteKey(key.id);
        panel.say('The key is deleted.');
        list.reload();
      },
    });
  const made = el('div', { class: 'made' });
  const form = makeForm({
    prefix: 'panel',
    before: [el('h3', {}, 'New key')],
    fields: [
      { name: 'name', label: 'What it is for', maxlength: 100 },
      ...SCOPES.filter(([scope]) => admin || scope !== 'admin').map(([name, label, hint], at) => ({
        name,
        label,
        hint,
        type: 'checkbox',
        checked: at === 0,
      })),
      { name: 'expires', label: 'It ends', type: 'select', options: DAYS },
    ],
    action: 'Make key',
    submit: async ({ name, expires, ...scopes }) => {
      const wanted = SCOPES.map(([scope]) => scope).filter((scope) => scopes[scope]);
      const end = expires ? new Date(Date.now() + Number(expires) * 86_400_000).toISOString() : undefined;
      const { key } = await calls.createKey({ name, scopes: wanted, expires: end });
      form.reset();
      panel.say('The key is made.');
      made.replaceChildren(...shown(key));
      made.querySelector('input').select();
      list.reload();
    },
  });
  panel.body.replaceChildren(el('p', { class: 'hint' }, intro), made, box, form);
  list.reload();
}

function shown(key) {
  const field = el('input', { id: 'panel-key', readonly: true, spellcheck: 'false' });
  field.value = key;
  return [
    el('label', { for: 'panel-key' }, 'The new key'),
    field,
    el('p', { class: 'hint' }, 'Copy it now: it is shown this once.'),
  ];
}

function keyRow({ name, scopes, expires, last_used_at: used }, remove) {
  const end =
    expires === null ? 'never ends' : `${Date.parse(expires) < Date.now() ? 'ended' : 'ends'} ${fullOf(expires)}`;
  return el(
    'li',
    { class: 'row' },
    el(
      'div',
      { class: 'row-main' },
      el('b', {}, name),
      el('small', {}, [scopes.join(', '), used ? `used ${agoOf(used)}` : 'never used', end].join(' · ')),
    ),
    el(
      'button',
      { type: 'button', class: 'button small', 'aria-label': `Delete the key ${name}`, onclick: remove },
      'Delete',
    ),
  );
}
