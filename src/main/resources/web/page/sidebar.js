/** The list of rooms: one's own with what is new in them, then all others, both narrowed by the search. */
import { local } from '../fastroom/storage.js';
import { $, avatar, el, icon, iconButton, keyedList } from './dom.js';
import { foundOf } from './message.js';
import { composed, hashOf, isDirect } from './names.js';
import { attempt, openDialog, openMenu, withPart } from './overlay.js';
import { shortOf } from './times.js';

const MOST_SHOWN = 200;
const SEARCH_AFTER = 250;
const PHASES = { online: 'Online', connecting: 'Connecting…', waiting: 'Reconnecting…', offline: 'Offline' };
const loadAccount = () => import('./account.js');
const loadAdmin = () => import('./admin.js');
const THEMES = { auto: 'As the system', light: 'Light', dark: 'Dark' };

export class Sidebar {
  #app;
  #own = keyedList($('own-rooms'));
  #others = keyedList($('other-rooms'));
  #found = keyedList($('found'));
  #search = null;

  constructor(app) {
    this.#app = app;
    $('own-rooms').replaceChildren();
    $('other-rooms').replaceChildren();
    $('found').replaceChildren();
    $('new-room').onclick = () => this.#create();
    $('search').value = '';
    $('found-more').onclick = () => app.searchMessages(false, this.wanted);
    $('search').oninput = () => this.#searched();
    // Braces: a handler that returns false takes the key away from the field.
    $('search').onkeydown = (e) => {
      if (e.key === 'Enter') this.#first();
    };
    const name = app.client.me.username;
    $('account-bar').replaceChildren(
      avatar(name),
      el('div', { class: 'who' }, el('b', {}, name), el('span', { id: 'phase', role: 'status' })),
      iconButton('theme', 'Theme', (e) => this.#theme(e.currentTarget), { 'aria-haspopup': 'menu' }),
      iconButton('more', 'Account', (e) => this.#account(e.currentTarget), { 'aria-haspopup': 'menu' }),
    );
  }

  draw() {
    const { client, listed, found } = this.#app;
    const search = composed(this.wanted.toLowerCase());
    const matches = ({ name }) => composed(this.#app.titleOf(name).toLowerCase()).includes(search);
    const own = this.#app.own.filter(matches).sort((a, b) => lastOf(b).localeCompare(lastOf(a)));
    const ours = new Set(this.#app.own.map(({ id }) => id));
    const others = listed.filter((room) => !ours.has(room.id)).filter(matches);
    this.#own(own.slice(0, MOST_SHOWN).map((room) => this.#ownRow(room)));
    this.#others(others.slice(0, MOST_SHOWN).map((room) => otherRow(room)));
    this.#found(found.map((message) => foundRow(message, this.#app.titleOf(message.room))));
    $('own-title').hidden = own.length === 0;
    $('other-title').hidden = others.length === 0;
    $('found-title').hidden = found.length === 0;
    $('found-more').hidden = !this.wanted;
    this.#empty(own.length + others.length + found.length === 0, this.wanted);
    const { phase } = client.state;
    $('phase').textContent = PHASES[phase];
    $('phase').dataset.phase = phase;
  }

  /** What is looked for. */
  get wanted() {
    return $('search').value.trim();
  }

  /** What is known already is shown at once; the server knows of more. */
  #searched() {
    clearTimeout(this.#search);
    this.#search = setTimeout(() => this.#app.search(this.wanted), SEARCH_AFTER);
    this.draw();
  }

  #ownRow(room) {
    const { unread, mentions, last } = room;
    const current = room.id === this.#app.active?.id;
    return {
      key: room.id,
      version: [room.name, room.isPrivate, unread, mentions, last?.id, last?.text, current],
      make: () =>
        el(
          'li',
          {},
          el(
            'a',
            {
              href: hashOf(room.name),
              'aria-current': current ? 'page' : null,
              class: unread ? 'unread' : null,
            },
            icon(iconOf(room.name, room.isPrivate)),
            el(
              'span',
              { class: 'row-text' },
              el('span', { class: 'row-name' }, this.#app.titleOf(room.name)),
              el('span', { class: 'row-last' }, last ? `${last.user}: ${last.text.slice(0, 80)}` : 'No messages yet'),
            ),
            el(
              'span',
              { class: 'row-side' },
              last ? el('time', { datetime: last.ts }, shortOf(last.ts)) : null,
              el(
                'span',
                { class: 'badges' },
                mentions ? badge('@', ' mentions you') : null,
                unread ? badge(unread > 99 ? '99+' : String(unread), ' unread') : null,
              ),
            ),
          ),
        ),
    };
  }

  #empty(none, name) {
    const box = $('rooms-empty');
    box.hidden = !none || (!this.#app.listLoaded && !name);
    if (box.hidden || box.dataset.name === name) return;
    box.dataset.name = name;
    const text = name ? `No room is called “${name}” yet.` : 'There are no rooms yet. The first one is yours to open.';
    const label = name ? `Create “${name}”` : 'Create a room';
    box.replaceChildren(
      el('p', {}, text),
      el('button', { type: 'button', class: 'button primary', onclick: () => this.#create(name) }, label),
    );
  }

  /** Enter in the search opens the first room that is shown, or one of exactly this name. */
  async #first() {
    const name = $('search').value.trim();
    const link = document.querySelector('#own-rooms a, #other-rooms a');
    if (!name) return;
    if (link) location.hash = link.getAttribute('href');
    else {
      const room = await attempt(() => this.#app.client.findRoom(name));
      if (room) this.#app.open(room.name);
    }
    $('search').value = '';
    this.draw();
  }

  #create(name = '') {
    openDialog({
      title: 'New room',
      fields: [
        { name: 'name', label: 'Name', value: name, maxlength: 100 },
        { name: 'isPrivate', label: 'Private', hint: 'Only people you add can see it.', type: 'checkbox' },
      ],
      action: 'Create room',
      submit: async ({ name: wanted, isPrivate }) => {
        const room = await this.#app.client.createRoom(wanted, isPrivate);
        $('search').value = '';
        this.#app.open(room.name);
        this.#app.list();
      },
    });
  }

  #theme(anchor) {
    const root = document.documentElement;
    openMenu(
      anchor,
      Object.entries(THEMES).map(([theme, label]) => ({
        label: root.dataset.theme === theme ? `${label} ✓` : label,
        icon: 'theme',
        action: () => {
          root.dataset.theme = theme;
          local.set('fastroom:theme', theme);
        },
      })),
    );
  }

  #account(anchor) {
    const administration = () => withPart(loadAdmin, (part) => part.openAdministration(this.#app));
    openMenu(anchor, [
      { label: 'Account…', icon: 'user', action: () => withPart(loadAccount, (part) => part.openAccount(this.#app)) },
      ...(this.#app.isAdmin ? [{ label: 'Administration…', icon: 'gear', action: administration }] : []),
      { label: 'Notifications…', icon: 'bell', action: () => this.#app.notices.open() },
      {
        label: 'New window as someone else',
        icon: 'window',
        action: () => open(`/?new${location.hash}`, '_blank', 'noopener'),
      },
      { label: 'Switch account here', icon: 'people', action: () => this.#app.switchAccount() },
      { label: 'Sign out', icon: 'exit', action: () => attempt(() => this.#app.client.signOut()) },
    ]);
  }
}

const lastOf = ({ last }) => last?.ts ?? '';

const badge = (text, meaning) =>
  el('span', { class: 'badge' }, text, el('span', { class: 'visually-hidden' }, meaning));

/** People, private rooms and public ones. */
const iconOf = (name, isPrivate) => (isDirect(name) ? 'user' : isPrivate ? 'lock' : 'hash');

function otherRow({ id, name, is_private: isPrivate }) {
  return {
    key: id,
    version: [name, isPrivate],
    make: () =>
      el(
        'li',
        {},
        el(
          'a',
          { href: hashOf(name) },
          icon(iconOf(name, isPrivate)),
          el('span', { class: 'row-text' }, el('span', { class: 'row-name' }, name)),
          el('span', { class: 'row-join' }, 'Join'),
        ),
      ),
  };
}

function foundRow({ id, username, room, highlight, created_at: ts }, title) {
  return {
    key: id,
    version: [highlight, title],
    make: () =>
      el(
        'li',
        {},
        el(
          'a',
          { href: hashOf(room, id) },
          el(
            'span',
            { class: 'row-text' },
            el('span', { class: 'row-last' }, `${username} in ${title}`),
            el('span', { class: 'row-found' }, ...foundOf(highlight)),
          ),
          el('span', { class: 'row-side' }, el('time', { datetime: ts }, shortOf(ts))),
        ),
      ),
  };
}
