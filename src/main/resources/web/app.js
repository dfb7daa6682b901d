/** The page: one client, one window, the rooms of one account. */
import { FastRoom } from './fastroom.js';
import { accountOfWindow, forgetAccount, leaveAccount, memoryOf, tokensOf, useAccount } from './page/accounts.js';
import { Chat } from './page/chat.js';
import { $ } from './page/dom.js';
import { composed, hashOf, nameOf } from './page/names.js';
import { toast } from './page/overlay.js';
import { Sidebar } from './page/sidebar.js';
import { showWelcome } from './page/welcome.js';

const LIST_EVERY = 30_000;
const MOST_ROOMS = 60;
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
    this.client.on('state', ({ phase }) => phase === 'online' && this.list());
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
    for (const name of Object.values(this.memory.load().rooms).slice(0, MOST_ROOMS)) this.client.join(name);
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
      const title = this.active ? `${this.active.name} · FastRoom` : 'FastRoom';
      document.title = unread ? `(${unread}) ${title}` : title;
    }, 0);
  }

  async list() {
    try {
      const rooms = [];
      for (let offset = 0; offset !== null && rooms.length < 1000;) {
        const page = await this.client.listRooms({ offset });
        rooms.push(...page.items);
        offset = page.next_offset ?? null;
      }
      this.listed = rooms;
      this.#listedOnce = true;
      for (const room of this.client.rooms) this.#privacy(room);
      // Ours are those we are a member of, also when someone else added us, or this browser has forgotten them.
      for (const name of this.#closed) if (!rooms.some((r) => composed(r.name) === name)) this.#closed.delete(name);
      const ours = rooms.filter((r) => (r.is_member ?? r.is_private) && !this.#closed.has(composed(r.name)));
      for (const { name } of ours.slice(0, MOST_ROOMS)) this.client.join(name);
      this.draw();
    } catch (error) {
      // The connection bar tells that the server is away; the next turn asks again.
      if (error.name !== 'FastRoomError') throw error;
    }
  }

  get listLoaded() {
    return this.#listedOnce;
  }

  open(name) {
    location.hash = hashOf(name);
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
    const memory = this.memory.load();
    if (memory.rooms[room.id] !== room.name || memory.read[room.id] === undefined) {
      this.memory.change(({ rooms, read }) => {
        rooms[room.id] = room.name;
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
    if (reason !== 'too_many_rooms') this.#forget(room);
    const farewell = FAREWELLS[reason]?.(room.name) ?? `You cannot be in “${room.name}” now (${reason}).`;
    // A room that this browser only remembered, and nobody asked for, goes without a word.
    const asked = room.id !== null || room === this.active;
    if (asked && !(reason === 'left' && this.#leaving.has(room))) toast(farewell, 'bad');
    this.list();
    if (room === this.active) location.hash = '#/';
    this.draw();
  }

  #forget(room) {
    this.memory.change(({ rooms }) => {
      for (const [id, name] of Object.entries(rooms))
        if (Number(id) === room.id || name === room.name) delete rooms[id];
    });
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
