/**
 * The search of messages, in a dialog that needs no mouse: what is typed is looked for, arrow keys walk through what was
 * found, Enter goes there, Escape goes back.
 */
import { $, avatar, el, icon, iconButton } from './dom.js';
import { foundOf } from './message.js';
import { hashOf } from './names.js';
import { fullOf, momentOf } from './times.js';

const PAUSE = 250;
const PAGE = 20;
/** A page may be empty where the search goes on: so many are read before somebody is asked whether it shall. */
const EMPTY_PAGES = 8;
/** How much of a long message is shown before the first of the words. */
const BEFORE = 60;
const NEAR = 200;
const HELP = 'Words, "an exact phrase", -without, begin*';

export class Search {
  #app;
  #dialog = $('finder');
  #input;
  #everywhere;
  #here;
  #status = el('p', { class: 'finder-status', role: 'status' });
  #list = el('ul', { class: 'finder-found', 'aria-label': 'Messages found' });
  #foot = el('div', { class: 'rows-foot' });
  #body;
  /** The room that is open, and whether only its messages are looked for. */
  #room = null;
  #only = false;
  /** Grows with each search, so that an answer that comes late is not shown. */
  #turn = 0;
  #timer = null;
  /** Where the search goes on, or null. */
  #next = null;
  #busy = false;
  /** What failed because the server was away. */
  #again = null;

  constructor(app) {
    this.#app = app;
    const attributes = { type: 'search', id: 'finder-words', autocomplete: 'off', maxlength: 500, placeholder: HELP };
    this.#input = el('input', { ...attributes, enterkeyhint: 'search', oninput: () => this.#typed() });
    this.#everywhere = el('button', { type: 'button', onclick: () => this.#where(false) }, 'All rooms');
    this.#here = el('button', { type: 'button', onclick: () => this.#where(true) });
    this.#body = el('div', { class: 'finder-body' }, this.#list, this.#foot);
    this.#body.onscroll = () => this.#scrolled();
    this.#dialog.replaceChildren(
      el('h2', { id: 'finder-title', class: 'visually-hidden' }, 'Search messages'),
      el(
        'div',
        { class: 'finder-head', role: 'search' },
        el(
          'label',
          { class: 'search' },
          icon('search'),
          el('span', { class: 'visually-hidden' }, 'Words to look for'),
          this.#input,
        ),
        iconButton('close', 'Close the search', () => this.close()),
      ),
      el('div', { class: 'tabs', role: 'group', 'aria-label': 'Where' }, this.#everywhere, this.#here),
      this.#status,
      this.#body,
    );
    this.#dialog.onkeydown = (e) => this.#key(e);
    // Braces: a handler that returns false takes the click away from the link.
    this.#dialog.onclick = (e) => {
      if (e.target === this.#dialog) this.close();
    };
    app.client.on('state', ({ phase }) => phase === 'online' && this.#dialog.open && this.#again?.());
  }

  /** `only`: in the room that is open; null leaves it as it was. `words` replace those that stand there. */
  open(only = null, words = null) {
    const { active } = this.#app;
    if (this.#room !== active) [this.#room, this.#only] = [active, false];
    if (words !== null) this.#input.value = words;
    if (!this.#dialog.open) {
      const before = document.activeElement;
      this.#dialog.onclose = () => this.#closed(before);
      this.#dialog.showModal();
    }
    this.#where(only ?? this.#only);
    this.#input.focus();
    this.#input.select();
  }

  close() {
    this.#dialog.close();
  }

  /** The browser gives the focus back, unless what had it was drawn anew meanwhile. */
  #closed(before) {
    clearTimeout(this.#timer);
    if (!before.isConnected) $(this.#app.active ? 'draft' : 'search').focus();
  }

  #where(only) {
    this.#only = only && this.#room !== null;
    this.#everywhere.parentNode.hidden = this.#room === null;
    this.#here.textContent = this.#room ? `Only in ${this.#app.titleOf(this.#room.name)}` : '';
    this.#everywhere.setAttribute('aria-pressed', !this.#only);
    this.#here.setAttribute('aria-pressed', this.#only);
    this.#start();
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), PAUSE);
  }

  /** Looks for it from the newest message on. What is shown stays until the answer is there. */
  #start() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const q = this.#input.value.trim();
    if (q) return this.#read(++this.#turn, q, undefined);
    this.#turn++;
    this.#end(null);
    this.#list.replaceChildren();
    this.#say('');
  }

  async #read(turn, q, cursor) {
    [this.#busy, this.#again] = [true, null];
    this.#dialog.setAttribute('aria-busy', 'true');
    this.#say('Searching…');
    try {
      const page = await this.#page(turn, q, cursor);
      if (turn === this.#turn) this.#show(page, cursor === undefined, q);
    } catch (error) {
      if (error.name !== 'FastRoomError') throw error;
      if (turn === this.#turn) this.#failed(error, () => this.#read(turn, q, cursor), cursor === undefined);
    }
  }

  async #page(turn, q, cursor) {
    const roomId = this.#only ? this.#room.id : undefined;
    let page = { items: [], next_cursor: cursor };
    for (let pages = 0; pages < EMPTY_PAGES && page.items.length === 0 && turn === this.#turn; pages++) {
      page = await this.#app.client.searchMessages(q, { limit: PAGE, room_id: roomId, cursor: page.next_cursor });
      if (page.next_cursor === null) break;
    }
    return page;
  }

  #show({ items, next_cursor: next }, first, q) {
    const waits = this.#foot.contains(document.activeElement);
    const rows = items.map((message) => this.#row(message));
    if (first) this.#list.replaceChildren(...rows);
    else this.#list.append(...rows);
    if (first) this.#body.scrollTop = 0;
    this.#end(next);
    if (waits) (rows[0] ?? this.#foot).querySelector('a, button')?.focus();
    const count = this.#list.childElementCount;
    const messages = count === 1 ? '1 message' : `${count} messages`;
    if (count > 0) this.#say(next ? `${messages}, and there are more` : messages);
    else this.#say(next ? `Nothing yet for “${q}”` : `Nothing was found for “${q}”`);
  }

  /** The end of what is shown: there may be more. */
  #end(next) {
    [this.#next, this.#busy] = [next, false];
    this.#dialog.removeAttribute('aria-busy');
    this.#foot.replaceChildren();
    if (next) this.#foot.append(button('More messages', () => this.#more()));
  }

  #failed(error, again, first) {
    const waits = this.#foot.contains(document.activeElement);
    this.#end(null);
    if (first) this.#list.replaceChildren();
    const away = error.code === 'unreachable';
    if (away) this.#again = again;
    const wrong = error.errors[0]?.detail;
    if (away) this.#say('You are offline. The search goes on when the connection is back.', 'bad');
    else this.#say(wrong ? `The search ${wrong}.` : error.message, 'bad');
    if (error.status !== 400) this.#foot.append(button('Try again', again));
    if (waits) (this.#foot.querySelector('button') ?? this.#input).focus();
  }

  #more() {
    if (this.#next && !this.#busy) return this.#read(this.#turn, this.#input.value.trim(), this.#next);
  }

  #say(text, kind = '') {
    this.#status.className = `finder-status ${kind}`;
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  #row({ id, username, room, highlight, created_at: ts }) {
    const href = hashOf(room, id);
    return el(
      'li',
      {},
      el(
        'a',
        { href, onclick: (e) => this.#go(e, href) },
        avatar(username),
        el(
          'span',
          { class: 'row-text' },
          el(
            'span',
            { class: 'finder-by' },
            el('b', {}, username),
            el('span', {}, ` in ${this.#app.titleOf(room)} · `),
            el('time', { datetime: ts, title: fullOf(ts) }, momentOf(ts)),
          ),
          el('span', { class: 'finder-text' }, ...beginning(foundOf(highlight))),
        ),
      ),
    );
  }

  /** A link to where one is already changes no address. */
  #go(e, href) {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return;
    this.close();
    if (location.hash === href) this.#app.route();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#body;
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.#more();
  }

  #key(e) {
    if (e.isComposing) return;
    if (e.key === 'Escape') this.close();
    else if (e.key === 'Enter' && e.target === this.#input) this.#entered();
    else if (!this.#walk(e)) return;
    e.preventDefault();
  }

  /** What was typed a moment ago is looked for at once; else one goes to what was found. */
  #entered() {
    if (this.#timer === null && !this.#busy && this.#list.firstChild) this.#list.querySelector('a').focus();
    else this.#start();
  }

  /** Up and down through the field, what was found, and the button for more. */
  #walk({ key, target }) {
    if (target.closest('.tabs') || !['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(key)) return false;
    if (target === this.#input && (this.#busy || key !== 'ArrowDown')) return false;
    const links = [...this.#list.querySelectorAll('a')];
    const stops = [this.#input, ...links, ...this.#foot.querySelectorAll('button')];
    const at = stops.indexOf(target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 1, End: links.length }[key];
    stops[to]?.focus();
    return true;
  }
}

/** What was found in a long message is not to be far below its beginning. */
function beginning([first, ...others]) {
  if (typeof first !== 'string' || first.length <= 2 * BEFORE || others.length === 0) return [first, ...others];
  return [`…${[...first].slice(-BEFORE).join('').replace(/^\S*\s/, '')}`, ...others];
}

const button = (label, onclick) => el('button', { type: 'button', class: 'button small', onclick }, label);
