/** The page: one client, one window, the rooms of one account. */
import { FastRoom, paginate } from './fastroom.js';
import { accountOfWindow, forgetAccount, leaveAccount, memoryOf, tokensOf, useAccount } from './page/accounts.js';
import { Chat } from './page/chat.js';
import { $ } from './page/dom.js';
import { composed, hashOf, nameOf, titleOf } from './page/names.js';
import { becauseOf } from './page/moderation.js';
import { attempt, openDialog, toast } from './page/overlay.js';
import { Sidebar } from './page/sidebar.js';
import { showWelcome } from './page/welcome.js';

const LIST_EVERY = 30_000;
const MOST_ROOMS = 60;
const MOST_LISTED = 1000;
const FAREWELLS = {
  banned: (name) => `You were banned from “${name}”.`,
  deleted: (name) => `“${name}” was deleted.`,
  left: (name) => `You are no longer a member of “${name}”.`,
  room_not_found: (name) => `There is no room “${name}”, or it is private.`,
  too_many_rooms: () => 'You are in too many rooms at once. Leave one first.',
};

class App {
  /** Rooms the server lists, newest first: { id, name, is_private }. */
  listed = [];
  active = null;
  isAdmin = false;
  #listedOnce = false;
  #drawing = false;
  #leaving = new Set();
  /** Names of rooms that would not have us, while they are still listed. */
  #closed = new Set();

  constructor(username) {
    useAccount(username);
    this.memory = memoryOf(username);
    this.client = new FastRoom({ store: tokensOf(username) });
    this.sidebar = new Sidebar(this);
    this.chat = new Chat(this);
    for (const type of ['room', 'history', 'message', 'change', 'remove', 'presence', 'typing', 'member', 'members']) {
      this.client.on(type, () => this.draw());
    }
    this.client.on('state', ({ phase }) => phase === 'online' && this.#online());
    this.client.on('room', ({ room }) => room.state === 'live' && this.#entered(room));
    this.client.on('history', ({ room, kind }) => kind === 'reset' && this.#startedOver(room));
    this.client.on('gone', ({ room, reason }) => this.#gone(room, reason));
    this.client.on('fault', ({ message }) => toast(message, 'bad'));
    this.client.on('signedout', () => {
      forgetAccount(username);
      this.#restart();
    });
    this.client.on('state', () => this.draw());
    onhashchange = () => this.route();
    onfocus = () => this.draw();
    document.onvisibilitychange = () => this.draw();
    setInterval(() => document.hidden || this.list(), LIST_EVERY);
    $('app').hidden = false;
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
      const unread = this.client.rooms.reduce((sum, room) => sum + this.unread(room), 0);
      const title = this.active ? `${this.titleOf(this.active.name)} · FastRoom` : 'FastRoom';
      document.title = unread ? `(${unread}) ${title}` : title;
    }, 0);
  }

  /** Reads which rooms are ours, and the newest of the others. */
  async list() {
    try {
      const ours = [];
      for await (const room of paginate((cursor) => this.client.listRooms({ member: true, cursor }))) {
        if (ours.push(room) >= MOST_LISTED) break;
      }
      const { items } = await this.client.listRooms();
      const listed = new Map([...items, ...ours].map((room) => [room.id, room]));
      this.listed = [...listed.values()].sort((a, b) => b.id - a.id);
      this.#listedOnce = true;
      for (const room of this.client.rooms) this.#privacy(room);
      for (const name of this.#closed) {
        if (!this.listed.some((room) => composed(room.name) === name)) this.#closed.delete(name);
      }
      const open = ours.filter((room) => !this.#closed.has(composed(room.name)));
      for (const { name } of open.slice(0, MOST_ROOMS)) this.client.join(name);
      this.draw();
    } catch (error) {
      // The connection bar tells that the server is away; the next turn asks again.
      if (error.name !== 'FastRoomError') throw error;
    }
  }

  /** Finds rooms by words of their names, beyond those that were listed. */
  async search(q) {
    if (!q) return;
    const page = await attempt(() => this.client.listRooms({ q, limit: 50 }));
    const known = new Set(this.listed.map(({ id }) => id));
    this.listed.push(...(page?.items ?? []).filter(({ id }) => !known.has(id)));
    this.draw();
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
    const name = nameOf(location.hash);
    this.active = name === null ? null : this.client.join(name);
    $('app').dataset.view = this.active ? 'room' : 'rooms';
    this.chat.show(this.active);
    this.draw();
  }

  /** Messages of others that nobody has looked at yet. */
  unread(room) {
    const read = this.#read(room);
    let count = 0;
    for (let at = room.messages.length - 1; at >= 0 && room.messages[at].seq > read; at--) {
      if (room.messages[at].userId !== this.client.me?.id) count++;
    }
    return count;
  }

  markRead(room) {
    if (room.id === null || room.seq === null || room.seq <= this.#read(room)) return;
    this.memory.change(({ read }) => {
      read[room.id] = Math.max(room.seq, read[room.id] ?? 0);
    });
  }

  readUpTo(room) {
    return this.#read(room);
  }

  #online() {
    this.list();
    // Whoever asks in vain is told by the connection bar, and asks again with the next connection.
    this.loadAccount().catch(() => {});
  }

  /** Ends the membership. */
  async leave(room) {
    this.#leaving.add(room);
    try {
      await this.client.leaveRoom(room.id);
      this.client.leave(room);
    } finally {
      this.#leaving.delete(room);
    }
  }

  /** Another account in this window; this one stays signed in for the others. */
  switchAccount() {
    this.client.close();
    leaveAccount();
    this.#restart();
  }

  #read(room) {
    return this.memory.load().read[room.id] ?? Infinity;
  }

  /** The list knows it, a join does not tell. */
  #privacy(room) {
    room.isPrivate = this.listed.find(({ id }) => id === room.id)?.is_private ?? room.isPrivate;
  }

  #entered(room) {
    if (room.isPrivate === null) this.#privacy(room);
    if (this.memory.load().read[room.id] === undefined) {
      this.memory.change(({ read }) => {
        read[room.id] ??= room.seq;
      });
    }
    if (room === this.active) history.replaceState(null, '', hashOf(room.name));
  }

  /** The log may have gone back: what is said from now on is not older than what was read before. */
  #startedOver(room) {
    const { read } = this.memory.load();
    if (!(read[room.id] > room.seq)) return;
    this.memory.change((memory) => {
      memory.read[room.id] = room.seq;
    });
  }

  #gone(room, reason) {
    if (reason === 'signed_out') return;
    this.#closed.add(composed(room.name));
    const title = this.titleOf(room.name);
    const farewell = FAREWELLS[reason]?.(title) ?? `You cannot be in “${title}” now (${reason}).`;
    // A room that nobody asked for, and that we never were in, goes without a word.
    const asked = room.id !== null || room === this.active;
    if (asked && !(reason === 'left' && this.#leaving.has(room))) this.#farewell(room, farewell);
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

const start = (username) => new App(username);

const account = accountOfWindow();
if (account) start(account);
else showWelcome(start);
