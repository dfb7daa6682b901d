/** Codes by which people may register where nobody else may. */
import { el } from './dom.js';
import { makeForm } from './forms.js';
import { PagedList } from './lists.js';
import { momentOf } from './times.js';

const DAYS = [
  ['7', 'In a week'],
  ['30', 'In 30 days'],
  ['', 'Never'],
];

export function showInvites(panel, admin) {
  const box = el('div');
  const list = new PagedList(box, {
    label: 'Invites',
    read: (cursor) => admin.listInvites({ cursor }),
    row: (invite) =>
      row(invite, {
        copy: () => copy(panel, invite),
        withdraw: async () => {
          await panel.attempt(() => admin.deleteInvite(invite.id), 'The invite is withdrawn.');
          list.reload();
        },
      }),
    empty: 'There are none.',
  });
  const form = makeForm({
    prefix: 'panel',
    before: [el('h3', {}, 'New invite')],
    fields: [
      { name: 'uses', label: 'How many may use it', type: 'number', value: '1', min: 1, max: 10000 },
      { name: 'expires', label: 'It ends', type: 'select', options: DAYS },
    ],
    action: 'Make invite',
    submit: async ({ uses, expires }) => {
      const end = expires ? new Date(Date.now() + Number(expires) * 86_400_000).toISOString() : null;
      await admin.createInvite({ uses: Number(uses), expires: end });
      panel.say('The invite is made.');
      list.reload();
    },
  });
  panel.body.replaceChildren(
    el('p', { class: 'hint' }, 'With REGISTRATION=invite nobody registers without one.'),
    box,
    form,
  );
  list.reload();
}

async function copy(panel, { code }) {
  const link = `${location.origin}/?invite=${encodeURIComponent(code)}`;
  try {
    await navigator.clipboard.writeText(link);
    panel.say('The link is copied.');
  } catch {
    // The clipboard is for secure origins only.
    panel.say(link);
  }
}

function row({ code, uses, used, expires }, { copy: copied, withdraw }) {
  const over = used >= uses || (expires !== null && Date.parse(expires) < Date.now());
  const end = expires === null ? 'never ends' : `ends ${momentOf(expires)}`;
  const button = (label, name, onclick) =>
    el('button', { type: 'button', class: 'button small', 'aria-label': `${name} ${code}`, onclick }, label);
  return el(
    'li',
    { class: 'row' },
    el(
      'div',
      { class: 'row-main' },
      el('code', {}, code),
      el('small', {}, `${used} of ${uses} used · ${end}`, over ? el('span', { class: 'tag bad' }, 'over') : null),
    ),
    over ? null : button('Copy link', 'Copy the link of', copied),
    button('Withdraw', 'Withdraw', withdraw),
  );
}
