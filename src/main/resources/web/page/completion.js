/** Completes the names of people behind an @, in a text field: a list of suggestions that the keyboard leads. */
import { $, announce, avatar, el } from './dom.js';
import { endsInCode } from './words.js';

const MOST = 8;
const AFTER = 80;
const ANNOUNCE_AFTER = 600;
/** An @ that no word leads up to, and as much of a name as stands before the caret. */
const BEGUN = /(?:^|[^\p{L}\p{M}\p{N}@])@([a-z0-9_.]{0,32})$/iu;
const REST = /^[a-z0-9_.]*/i;

export class Completion {
  #field;
  #people;
  #list;
  #options = [];
  #at = 0;
  /** Where the name in question begins, behind its @. */
  #from = 0;
  #typed = '';
  /** The place of an @ whose suggestions are not wanted. */
  #refused = -1;
  #later = null;
  #telling = null;

  /** `people()` answers { present, others }: iterables of names, in any order; it is asked when an @ was typed. */
  constructor(field, people) {
    [this.#field, this.#people, this.#list] = [field, people, $('suggestions')];
    field.addEventListener('input', (e) => {
      // While letters are composed the text is not what it will be.
      if (!e.isComposing) this.#soon();
    });
    field.addEventListener('compositionend', () => this.#soon());
    document.addEventListener('selectionchange', () => this.#moved());
    field.addEventListener('blur', () => this.close());
    // The focus stays in the field, and with it a phone's keyboard.
    this.#list.onpointerdown = (e) => e.preventDefault();
    this.#list.onmousedown = (e) => e.preventDefault();
    this.#list.onclick = (e) => {
      const option = e.target.closest('[role=option]');
      if (option) this.#take(this.#options[[...this.#list.children].indexOf(option)]);
    };
  }

  get isOpen() {
    return this.#options.length > 0;
  }

  close() {
    clearTimeout(this.#later);
    this.#later = null;
    this.#show([]);
  }

  /** Whether the key was for the list; it is then done with. */
  key(e) {
    if (this.#later !== null) this.#update();
    if (!this.isOpen || e.ctrlKey || e.metaKey || e.altKey) return false;
    const chosen = this.#options[this.#at];
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) this.#point((this.#at + step + this.#options.length) % this.#options.length);
    else if (e.key === 'Escape') this.#refuse();
    else if (e.key === 'Tab' && !e.shiftKey) this.#take(chosen);
    // A name that is written in full is not to be completed: Enter sends.
    else if (e.key === 'Enter' && !e.shiftKey && chosen.name !== this.#typed) this.#take(chosen);
    else return false;
    e.preventDefault();
    e.stopPropagation();
    return true;
  }

  #soon() {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#update(), AFTER);
  }

  /** Moving the caret away ends it; moving it to an @ does not begin it. */
  #moved() {
    if (this.isOpen && document.activeElement === this.#field) this.#soon();
  }

  #refuse() {
    this.#refused = this.#from;
    this.close();
  }

  #update() {
    clearTimeout(this.#later);
    this.#later = null;
    const { value, selectionStart: caret, selectionEnd: end } = this.#field;
    const before = value.slice(0, caret);
    const typed = caret === end ? BEGUN.exec(before.slice(-40))?.[1].toLowerCase() : undefined;
    if (typed === undefined || document.activeElement !== this.#field) return this.#none();
    this.#from = caret - typed.length;
    if (this.#from === this.#refused || endsInCode(before)) return this.close();
    this.#refused = -1;
    this.#typed = typed;
    this.#show(suggested(this.#people(), typed));
  }

  #none() {
    this.#refused = -1;
    this.close();
  }

  #show(options) {
    const same = options.map(({ name }) => name).join() === this.#options.map(({ name }) => name).join();
    if (same) return;
    this.#options = options;
    this.#list.replaceChildren(...options.map((person, at) => row(person, at)));
    this.#list.hidden = options.length === 0;
    clearTimeout(this.#telling);
    if (options.length === 0) {
      this.#field.removeAttribute('aria-activedescendant');
      this.#field.removeAttribute('aria-controls');
      return;
    }
    this.#field.setAttribute('aria-controls', 'suggestions');
    this.#point(0);
    this.#telling = setTimeout(() => announce(told(options)), ANNOUNCE_AFTER);
  }

  #point(at) {
    this.#at = at;
    [...this.#list.children].forEach((option, i) => option.setAttribute('aria-selected', i === at));
    this.#field.setAttribute('aria-activedescendant', `suggestion-${at}`);
    this.#list.children[at].scrollIntoView({ block: 'nearest' });
  }

  /** In the place of what was typed of the name, and of what is left of it behind the caret. */
  #take({ name }) {
    const { value, selectionStart: caret } = this.#field;
    const to = caret + REST.exec(value.slice(caret, caret + 40))[0].length;
    const spaced = /\s/.test(value[to] ?? '');
    this.#field.focus();
    this.#field.setSelectionRange(this.#from, spaced ? to + 1 : to);
    const text = spaced ? name + value[to] : `${name} `;
    // Unlike setRangeText it can be undone; it tells of the input by itself.
    if (!document.execCommand('insertText', false, text)) {
      this.#field.setRangeText(text, this.#field.selectionStart, this.#field.selectionEnd, 'end');
      this.#field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    this.close();
  }
}

/** Those whose name begins so, then those in whose name a part does; who is here comes first. */
function suggested({ present, others }, typed) {
  const found = [[], [], [], []];
  const part = new RegExp(`[._]${typed.replaceAll('.', '\\.')}`);
  const sort = (names, isHere) => {
    for (const name of names) {
      const at = name.startsWith(typed) ? 0 : typed && part.test(name) ? 2 : -1;
      if (at >= 0) found[at + (isHere ? 0 : 1)].push({ name, isHere });
    }
  };
  sort(present, true);
  sort(others, false);
  return found.flatMap((people) => people.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MOST)).slice(0, MOST);
}

function row({ name, isHere }, at) {
  return el(
    'li',
    { id: `suggestion-${at}`, role: 'option' },
    avatar(name, isHere ? 'here' : ''),
    el('span', {}, name),
    el('small', {}, isHere ? 'here' : 'away'),
  );
}

const told = ([{ name }, ...more]) =>
  `${more.length === 0 ? 'One person' : `${more.length + 1} people`}, first ${name}. Arrow keys choose, Enter takes.`;
