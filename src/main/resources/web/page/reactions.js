/** Reacting to a message: the commonest emoji at hand, all others in the picker, those that were used last first. */
import { keptFor } from './accounts.js';
import { el, iconButton } from './dom.js';
import { withPart } from './overlay.js';

const QUICK = [
  ['👍', 'Thumbs up'],
  ['❤️', 'Red heart'],
  ['😂', 'Tears of joy'],
];
const MOST_RECENT = 16;
const LONGEST = 40;

export class Reactions {
  #kept;

  constructor(username) {
    this.#kept = keptFor(username, 'emoji');
  }

  /** Buttons for a message; a press calls `react(emoji, on)`. */
  toolsOf({ reactions }, react) {
    const use = (emoji, on) => {
      if (on) this.#used(emoji);
      react(emoji, on);
    };
    const quick = QUICK.map(([emoji, name]) => {
      const mine = reactions.some((r) => r.emoji === emoji && r.me);
      const press = { type: 'button', 'aria-pressed': String(mine), onclick: () => use(emoji, !mine) };
      // The styles show it: it is no part of what the message says.
      const looks = { class: 'icon-button quick', title: name, 'aria-label': `React: ${name}`, 'data-emoji': emoji };
      return el('button', { ...press, ...looks });
    });
    return [
      ...quick,
      iconButton('smile', 'React', (e) => this.#open(e.currentTarget, use), { 'aria-haspopup': 'dialog' }),
    ];
  }

  #open(anchor, use) {
    withPart(
      () => import('./picker.js'),
      ({ openPicker }) => openPicker(anchor, this.#recent(), (emoji) => use(emoji, true)),
    );
  }

  /** The last one first. */
  #recent() {
    const kept = this.#kept.read();
    const emoji = Array.isArray(kept) ? kept.slice(0, MOST_RECENT) : [];
    return [...new Set(emoji.filter((each) => typeof each === 'string' && each !== '' && each.length <= LONGEST))];
  }

  #used(emoji) {
    this.#kept.write([emoji, ...this.#recent().filter((each) => each !== emoji)].slice(0, MOST_RECENT));
  }
}
