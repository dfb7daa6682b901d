/** Receivers of events elsewhere: those of a room for its moderators, those of all rooms for administrators. */
import { el } from './dom.js';
import { makeForm } from './forms.js';
import { PagedList } from './lists.js';
import { openDialog } from './overlay.js';
import { openPanel } from './panel.js';
import { agoOf } from './times.js';

const STATES = { active: 'active', failing: 'failing, is tried again', disabled: 'given up' };

export function openRoomWebhooks(client, room) {
  const show = (panel) => showWebhooks(panel, client.webhooks(room.id), 'Every event of this room is sent to them.');
  openPanel(`Webhooks of “${room.name}”`, [{ label: 'Webhooks', show }]);
}

/** Fills the panel; `calls` is a WebhookCalls. */
export function showWebhooks(panel, calls, intro) {
  const box = el('div');
  const list = new PagedList(box, {
    label: 'Webhooks',
    read: async () => ({ items: await calls.list(), next_cursor: null }),
    row: (hook) => row(hook, actions),
    empty: 'There are none yet.',
  });
  const actions = {
    mend: async (hook) => {
      if (await panel.attempt(() => calls.update(hook.id, { state: 'active' }), 'It is tried again.')) list.reload();
    },
    remove: (hook) =>
      openDialog({
        title: 'Delete this webhook?',
        text: `${hook.url} gets nothing more.`,
        action: 'Delete webhook',
        danger: true,
        submit: async () => {
          await calls.delete(hook.id);
          panel.say('The webhook is deleted.');
          list.reload();
        },
      }),
  };
  const made = el('div', { class: 'made' });
  const form = makeForm({
    prefix: 'panel',
    before: [el('h3', {}, 'New webhook')],
    fields: [{ name: 'url', label: 'Address', type: 'url', maxlength: 2048, hint: 'https://…, a public one' }],
    action: 'Make webhook',
    submit: async ({ url }) => {
      const { secret } = await calls.create({ url });
      form.reset();
      panel.say('The webhook is made.');
      made.replaceChildren(...shown(secret));
      made.querySelector('input').select();
      list.reload();
    },
  });
  const again = el(
    'button',
    { type: 'button', class: 'button small', onclick: () => list.reload() },
    'Look again',
  );
  panel.body.replaceChildren(el('p', { class: 'hint' }, intro), made, el('div', { class: 'panel-bar' }, again), box, form);
  list.reload();
}

function shown(secret) {
  const field = el('input', { id: 'panel-secret', readonly: true, spellcheck: 'false' });
  field.value = secret;
  return [
    el('label', { for: 'panel-secret' }, 'The secret that signs what is sent'),
    field,
    el('p', { class: 'hint' }, 'Copy it now: it is shown this once.'),
  ];
}

function row(hook, { mend, remove }) {
  const { url, events, state, lag, last_status: status, last_error: error, last_at: at } = hook;
  const facts = [
    STATES[state] ?? state,
    lag === 0 ? 'has everything' : `${lag} ${lag === 1 ? 'event' : 'events'} behind`,
    at ? `tried ${agoOf(at)}${status ? `, answered ${status}` : ''}` : 'never tried',
    events ? `only ${events.join(', ')}` : null,
  ];
  const button = (label, onclick) =>
    el('button', { type: 'button', class: 'button small', 'aria-label': `${label}: ${url}`, onclick }, label);
  return el(
    'li',
    { class: 'row' },
    el(
      'div',
      { class: 'row-main' },
      el('b', {}, url),
      el('small', {}, facts.filter(Boolean).join(' · ')),
      error ? el('q', {}, error) : null,
    ),
    state === 'active' ? null : button('Try again', () => mend(hook)),
    button('Delete', () => remove(hook)),
  );
}
