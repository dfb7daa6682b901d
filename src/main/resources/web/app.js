/** The rooms of one account: one client, one window. */
import { FastRoom } from './fastroom.js';
import { forgetAccount, leaveAccount, tokensOf, useAccount } from './page/accounts.js';
import { Chat } from './page/chat.js';
import { $ } from './page/dom.js';
import { follow } from './page/links.js';
import { hashOf, idsOf, messageOf, nameOf, titleOf } from './page/names.js';
import { becauseOf } from './page/moderation.js';
import { Notices } from './page/notices.js';
import { attempt, openDialog, toast, withPart } from './page/overlay.js';
import { onSearchKey } from './page/shortcuts.js';
import { Sidebar } from './page/sidebar.js';

const LIST_EVERY = 30_000;
/** Rooms that stay open behind the one that is shown. */
const MOST_OPEN = 8;
const CHANGES = [
  'room',
  'history',
  'message',
  'change',
  'remove',
  'presence',
  'typing',
  'member',
  'members',
  'list',
  'read',
];
const FAREWELLS = {
  banned: (name) => `You were banned from “${name}”.`,
  deleted: (name) => `“${name}” was deleted.`,
  left: (name) => `You are no longer a member of “${name}”.`,
  room_not_found: (name) => `There is no room “${name}”, or it is private.`,
  too_many_rooms: () => 'You are in too many rooms at once. Leave one first.',
};

const loadSearch = () => import('./page/search.js');

class App {
  /** Rooms the server lists, newest first: { id, name, is_private }. */
  listed = [];
  active = null;
  isAdmin = false;
  #listedOnce = false;
  #drawing = false;
  #leaving = new Set();
  /** Rooms by when they were shown, the present one first. */
  #open = [];
  /** Messages that the search has found. */
  found = [];
  #search = null;

  constructor(username) {
    useAccount(username);
    this.client = new FastRoom({ store: tokensOf(username) });
    this.sidebar = new Sidebar(this);
    this.chat = new Chat(this);
    this.notices = new Notices(this);
    for (const type of CHANGES) this.client.on(type, () => this.draw());
    this.client.on('state', ({ phase }) => phase === 'online' && this.#online());
    this.client.on('room', ({ room }) => room.state === 'live' && this.#entered(room));
    this.client.on('mention', (mention) => this.#mentioned(mention));
    this.client.on('gone', ({ room, reason }) => this.#gone(room, reason));
    this.client.on('fault', ({ message }) => toast(message, 'bad'));
    this.client.on('signedout', () => {
      forgetAccount(username);
      this.#restart();
    });
    this.client.on('state', () => this.draw());
    // What waits to be sent is in this page alone: the browser asks before it is lost.
    addEventListener('beforeunload', (e) => this.#isSending() && e.preventDefault());
    onhashchange = () => this.route();
    onSearchKey(() => this.searchMessages());
    $('find-everywhere').onclick = () => this.searchMessages(false);
    onfocus = () => this.draw();
    document.onvisibilitychange = () => this.draw();
    setInterval(() => document.hidden || this.list(), LIST_EVERY);
    $('app').hidden = false;
    this.client.watch();
    this.client.connect();
    this.route();
  }

  /** Everything is drawn from the client's state, once for all events of a turn. */
  draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    // Not an animation frame: a hidden tab has none, but its title must count.
    setTimeout(() => {
      this.#drawing = false;
      if (!this.client.me) return;
      this.chat.draw();
      this.sidebar.draw();
      const unread = this.own.reduce((sum, room) => sum + room.unread, 0);
      const title = this.active ? `${this.titleOf(this.active.name)} · FastRoom` : 'FastRoom';
      document.title = unread ? `(${unread}) ${title}` : title;
    }, 0);
  }

  /** Reads the newest of all rooms. */
  async list() {
    try {
      this.listed = (await this.client.listRooms()).items;
      this.#listedOnce = true;
      for (const room of this.client.rooms) this.#privacy(room);
      this.draw();
    } catch (error) {
      // The connection bar tells that the server is away; the next turn asks again.
      if (error.name !== 'FastRoomError') throw error;
    }
  }

  /** Our rooms, with what is new in them; the one that was entered a moment ago may not be on the list yet. */
  get own() {
    const list = this.client.list ?? new Map();
    const entered = this.client.rooms.filter(({ id }) => id !== null && !list.has(id));
    return [...list.values(), ...entered.map((room) => ({ ...facts(room), unread: 0, mentions: 0 }))];
  }

  /** Finds rooms by words of their names, beyond those that were listed, and messages. */
  async search(q) {
    this.found = [];
    if (q) {
      const [rooms, messages] = await Promise.all([
        attempt(() => this.client.listRooms({ q, limit: 50 })),
        attempt(() => this.client.searchMessages(q, { limit: 20 })),
      ]);
      if (q !== this.sidebar.wanted) return;
      const known = new Set(this.listed.map(({ id }) => id));
      this.listed.push(...(rooms?.items ?? []).filter(({ id }) => !known.has(id)));
      this.found = messages?.items ?? [];
    }
    this.draw();
  }

  /** Opens the search of messages: only in the open room, in all, or (null) where the last one was. */
  searchMessages(only = null, words = null) {
    withPart(loadSearch, ({ Search }) => (this.#search ??= new Search(this)).open(only, words));
  }

  /** The signed-in user's account; `isAdmin` is as of the last time it was read. */
  loadAccount = async () => {
    const account = await this.client.account.get();
    this.isAdmin = account.role === 'admin';
    return account;
  };

  get listLoaded() {
    return this.#listedOnce;
  }

  open(name) {
    location.hash = hashOf(name);
  }

  /** Opens the room between oneself and somebody else. */
  async message(username) {
    const { name } = await this.client.openDirect(username);
    this.open(name);
    this.list();
  }

  /** What a room is called here. */
  titleOf(name) {
    return titleOf(name, this.client.me?.username);
  }

  route() {
    const ids = idsOf(location.hash);
    if (ids) follow(this.client, ids, () => this.route());
    const [name, message] = [nameOf(location.hash), messageOf(location.hash)];
    this.active = name === null ? null : this.client.join(name);
    $('app').dataset.view = this.active ? 'room' : 'rooms';
    this.chat.show(this.active);
    if (this.active) this.#keepOpen(this.active);
    if (this.active && message !== null) this.chat.find(message);
    this.draw();
  }

  /** Rooms that were shown last stay open, so that going back to them takes no time; others are watched. */
  #keepOpen(room) {
    this.#open = [room, ...this.#open.filter((other) => other !== room && other.state !== 'gone')];
    for (const other of this.#open.slice(MOST_OPEN)) {
      if (other.pending.length > 0) continue;
      this.#leaving.add(other);
      this.client.leave(other);
      this.#leaving.delete(other);
    }
  }

  /** Messages of others that nobody has looked at yet. */
  unread({ id, name }) {
    return this.own.find((room) => (id === null ? room.name === name : room.id === id))?.unread ?? 0;
  }

  markRead(room) {
    if (room.seq > (this.client.readSeq(room.id) ?? -1)) room.markRead();
  }

  readUpTo({ id, name }) {
    const known = id ?? this.own.find((room) => room.name === name)?.id ?? null;
    return this.client.readSeq(known) ?? Infinity;
  }

  #mentioned({ roomId, name, message }) {
    if (!message || (roomId === this.active?.id && document.hasFocus())) return;
    toast(`${message.user} in ${this.titleOf(name)}: ${message.text.slice(0, 200)}`);
  }

  #online() {
    this.list();
    if (idsOf(location.hash)) this.route();
    // The search is to open without the server, too.
    loadSearch().catch(() => {});
    // Whoever asks in vain is told by the connection bar, and asks again with the next connection.
    this.loadAccount().catch(() => {});
  }

  /** Ends the membership. */
  async leave(room) {
    this.#leaving.add(room);
    try {
      await this.client.leaveRoom(room.id);
      this.client.leave(room);
      if (room === this.active) location.hash = '#/';
      this.list();
    } finally {
      this.#leaving.delete(room);
    }
  }

  #isSending() {
    const { state, rooms } = this.client;
    return state.phase !== 'offline' && rooms.some((room) => room.pending.some((message) => message.state === 'sending'));
  }

  /** Another account in this window; this one stays signed in for the others. */
  switchAccount() {
    this.client.close();
    leaveAccount();
    this.#restart();
  }

  /** The list knows it, a join does not tell. */
  #privacy(room) {
    const listed = this.listed.find(({ id }) => id === room.id)?.is_private;
    room.isPrivate = this.client.list?.get(room.id)?.isPrivate ?? listed ?? room.isPrivate;
  }

  #entered(room) {
    if (room.isPrivate === null) this.#privacy(room);
    const message = room === this.active ? messageOf(location.hash) : null;
    if (room === this.active) history.replaceState(null, '', hashOf(room.name, message));
  }

  #gone(room, reason) {
    if (reason === 'signed_out') return;
    // It is open under another name, which is in the address by now.
    if (reason === 'joined_already') return room === this.active ? this.route() : this.draw();
    const title = this.titleOf(room.name);
    const farewell = FAREWELLS[reason]?.(title) ?? `You cannot be in “${title}” now (${reason}).`;
    const asked = room.id !== null || room === this.active;
    if (reason === 'left' && this.#leaving.has(room)) return this.draw();
    if (asked) this.#farewell(room, farewell);
    this.list();
    if (room === this.active) location.hash = '#/';
    this.draw();
  }

  /** What is more than a line waits until it was read, if it concerns the room that is open. */
  #farewell(room, text) {
    const because = becauseOf(room.me);
    if (because && room === this.active) openDialog({ title: text, text: because });
    else toast(because ? `${text} ${because}` : text, 'bad');
  }

  /** Starts the page over: nothing of one account is left behind for the next. */
  #restart() {
    location.hash = '';
    location.reload();
  }
}

function facts({ id, name, isPrivate, messages }) {
  return { id, name, isPrivate, last: messages.at(-1) ?? null };
}

export const start = (username) => new App(username);
