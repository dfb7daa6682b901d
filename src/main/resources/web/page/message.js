/** The parts of a message: its words with the names in them, what it replies to, and what people feel about it. */
import { el } from './dom.js';
import { openMenu } from './overlay.js';

const FEELINGS = [
  ['👍', 'Thumbs up'],
  ['❤️', 'Heart'],
  ['😂', 'Laughing'],
  ['🎉', 'Party'],
  ['😮', 'Surprised'],
  ['👀', 'Looking'],
];

/** The text, with those whom it mentions marked; `me` a little more. */
export function wordsOf({ text, mentions }, me) {
  const words = el('span', { class: 'words' });
  let end = 0;
  for (const { 1: name, index } of mentions.length ? text.matchAll(/@([a-z0-9_.]+)/gi) : []) {
    // A dot may end the sentence, or the name.
    const user = [name, name.replace(/\.+$/, '')]
      .map((each) => each.toLowerCase())
      .find((each) => mentions.includes(each));
    if (user === undefined) continue;
    const after = index + 1 + user.length;
    words.append(
      text.slice(end, index),
      el('b', { class: user === me ? 'mention me' : 'mention' }, text.slice(index, after)),
    );
    end = after;
  }
  words.append(text.slice(end));
  return words;
}

/** What a message replies to; `go` shows it. */
export function quoteOf({ replyTo }, go) {
  if (!replyTo) return null;
  const { user, text, deleted } = replyTo;
  const gone = deleted ? 'A message that was deleted' : 'A message';
  return el(
    'button',
    { type: 'button', class: 'quote', onclick: go },
    el('span', { class: 'visually-hidden' }, 'Replies to: '),
    user ? el('b', {}, user) : null,
    el('span', {}, text || gone),
  );
}

/** How many feel what; a press joins them or takes it back by `react(emoji, on)`. */
export function feelingsOf({ reactions }, react) {
  if (reactions.length === 0) return null;
  return el(
    'p',
    { class: 'feelings' },
    ...reactions.map(({ emoji, count, me }) =>
      el(
        'button',
        {
          type: 'button',
          'aria-pressed': String(me),
          'aria-label': `${emoji}, ${count} ${count === 1 ? 'person' : 'people'}`,
          onclick: () => react(emoji, !me),
        },
        el('span', {}, emoji),
        String(count),
      ),
    ),
  );
}

export function openFeelings(anchor, react) {
  openMenu(
    anchor,
    FEELINGS.map(([emoji, name]) => ({ label: `${emoji} ${name}`, action: () => react(emoji, true) })),
  );
}

const ENTITIES = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&#x27;': "'", '&amp;': '&' };
const textOf = (html) => html.replace(/&(?:lt|gt|quot|amp|#39|#x27);/g, (entity) => ENTITIES[entity]);

/** What was found, as text: the words that were looked for stand in marks, and nothing else is taken as markup. */
export function foundOf(highlight) {
  return highlight
    .split(/<mark>(.*?)<\/mark>/s)
    .map((part, at) => (at % 2 ? el('mark', {}, textOf(part)) : textOf(part)))
    .filter((part) => part !== '');
}
