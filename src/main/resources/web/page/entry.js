/** One message in the log: who, when, what, and what can be done with it. */
import { avatar, el, iconButton } from './dom.js';
import { feelingsOf, quoteOf, wordsOf } from './message.js';
import { clockOf, fullOf } from './times.js';

/**
 * `first` of several of one author, `appears` before one's eyes, `sought` by a link; `editor` takes the place of the words. The
 * rest of `its` is what its buttons do; without `retry` a message that failed cannot be sent again.
 */
export function makeEntry(message, its) {
  const { user, userId, ts, editedAt, state } = message;
  const { first, editor } = its;
  const mine = userId === its.me.id;
  const classes = ['message', state, first && 'first', its.appears && 'appears', its.sought && 'sought'];
  const node = el(
    'li',
    { class: classes.filter(Boolean).join(' '), tabindex: '-1' },
    first ? avatar(user) : el('time', { class: 'beside', datetime: ts, title: fullOf(ts) }, clockOf(ts)),
    el(
      'div',
      { class: 'body' },
      first
        ? el(
            'p',
            { class: 'meta' },
            el('b', { class: 'author' }, user),
            mine ? el('span', { class: 'you' }, 'you') : null,
            el('time', { datetime: ts, title: fullOf(ts) }, clockOf(ts)),
          )
        : el('span', { class: 'visually-hidden' }, `${user}: `),
      quoteOf(message, its.find),
      editor ??
        el(
          'p',
          { class: 'text' },
          wordsOf(message, its.me.username),
          editedAt ? el('span', { class: 'edited', title: fullOf(editedAt) }, ' (edited)') : null,
        ),
      feelingsOf(message, its.react),
      state === 'failed' ? failure(message, its) : null,
    ),
  );
  const open = state === 'sent' && message.id !== null && !editor;
  const tools = () => el('div', { class: 'tools-way' }, el('div', { class: 'tools' }, ...toolsOf(mine, its)));
  if (open) offers.set(node, () => node.append(tools()));
  // On a touch screen there is no hover: a tap on a message shows its tools.
  node.addEventListener('click', (e) => e.target.closest('button, textarea') || node.focus({ preventScroll: true }));
  return node;
}

/** Their buttons are most of what a long log would have to lay out: a message has them once somebody comes to it. */
const offers = new WeakMap();

/** Gives the message under the pointer, or that has the focus, its tools. */
export function offerTools({ target }) {
  const node = target.closest('.message');
  offers.get(node)?.();
  offers.delete(node);
}

function toolsOf(mine, { moderator, reacting, reply, link, edit, remove }) {
  return [
    ...reacting(),
    iconButton('reply', 'Reply', reply),
    iconButton('link', 'Copy link', link),
    ...(mine ? [iconButton('edit', 'Edit message', edit)] : []),
    ...(mine || moderator ? [iconButton('trash', 'Delete message', remove)] : []),
  ];
}

function failure({ error }, { retry, discard }) {
  return el(
    'p',
    { class: 'failure', role: 'alert' },
    `Not sent. ${error.message}. `,
    retry ? el('button', { type: 'button', class: 'link', onclick: retry }, 'Send again') : null,
    el('button', { type: 'button', class: 'link', onclick: discard }, 'Discard'),
  );
}
