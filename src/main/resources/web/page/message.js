/** The parts of a message: its words with the names in them, what it replies to, and what people feel about it. */
import { el } from './dom.js';
import { piecesOf } from './words.js';

const MADE = {
  text: ({ text }) => text,
  code: ({ text }) => el('code', {}, text),
  // It scrolls by itself, so it can be reached by the keyboard.
  block: ({ text }) => el('code', { class: 'block', tabindex: '0', role: 'group', 'aria-label': 'Code' }, text),
  link: ({ text, href }) =>
    el('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow', title: strangeHost(href) }, text),
  mention: ({ text, user }, me) => el('b', { class: user === me ? 'mention me' : 'mention' }, text),
};

/** The text, with its code, its links and those whom it mentions marked; `me` a little more. */
export function wordsOf({ text, mentions }, me) {
  return el('span', { class: 'words' }, ...piecesOf(text, mentions).map((piece) => MADE[piece.kind](piece, me)));
}

/** A name in letters of many scripts may look like another one: it is told as the network has it. */
function strangeHost(href) {
  const { hostname } = new URL(href);
  return /\bxn--/.test(hostname) ? hostname : null;
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

const ENTITIES = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&#x27;': "'", '&amp;': '&' };
const textOf = (html) => html.replace(/&(?:lt|gt|quot|amp|#39|#x27);/g, (entity) => ENTITIES[entity]);

/** What was found, as text: the words that were looked for stand in marks, and nothing else is taken as markup. */
export function foundOf(highlight) {
  return highlight
    .split(/<mark>(.*?)<\/mark>/s)
    .map((part, at) => (at % 2 ? el('mark', {}, textOf(part)) : textOf(part)))
    .filter((part) => part !== '');
}
