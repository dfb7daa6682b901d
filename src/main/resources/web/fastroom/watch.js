// @ts-check
import { DISCONNECTED, isTemporary } from './errors.js';
import { entryOf, lastOf } from './shapes.js';
import { counted, countedOn, MOST, reachesBack } from './unread.js';

const TELL_AGAIN = 3000;
/** Of messages that were there before. */
const CHANGES = new Set(['message_updated', 'message_deleted']);
/** The `ref` of asking for the list, whose parts all bear it. */
const LIST_REF = 'list';

/**
 * All rooms of the user and what is new in them, without being in any: the server's list, kept up to date by what it tells
 * of rooms that are not joined, and by the events of those that are. And how far each was read.
 */
export class Watch {
  /** By id; null until the server has told. @type {Map<number, import('../fastroom.js').ListedRoom> | null} */
  list = null;

  #client;
  #connection;
  #wanted = false;
  /** A list that comes in parts replaces the old one when it is complete. @type {Map<number, any>} */
  #parts = new Map();
  /** Whether the list is asked for, and what is known may be of the connection before. */
  #listing = false;
  /** How far rooms were read that the server has not confirmed yet, by id. @type {Map<number, number>} */
  #untold = new Map();
  /** Rooms of which it is being told. @type {Set<number>} */
  #telling = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  /** The marks of rooms by id, also of those that are not on the list. @type {Map<number, number>} */
  #read = new Map();
  /** Up to which message `mentions` counts, by id: each is told of besides, a second later. @type {Map<number, number>} */
  #counted = new Map();

  /**
   * @param {import('./client.js').FastRoom} client
   * @param {import('./connection.js').Connection} connection
   */
  constructor(client, connection) {
    this.#client = client;
    this.#connection = connection;
    client.on('message', ({ room, message }) => this.#said(room, message));
    client.on('remove', ({ room }) => this.#recount(room));
    client.on('change', ({ room, message }) => message.id !== null && this.#recount(room));
    client.on('member', ({ room }) => this.#recount(room));
    client.on('room', ({ room }) => this.#named(room));
    client.on('history', ({ room, kind }) => {
      if (kind === 'reset') this.#startedOver(room);
      this.#recount(room);
      if (room.id !== null) this.#tell(room.id);
    });
  }

  start() {
    if (this.#wanted) return;
    this.#wanted = true;
    if (this.#connection.isOpen) this.#ask();
  }

  /** There is a new socket. */
  opened() {
    if (this.#wanted) this.#ask();
  }

  ended() {
    clearTimeout(this.#again);
    this.list = null;
    for (const marks of [this.#untold, this.#telling, this.#read, this.#parts, this.#counted]) marks.clear();
  }

  /** How far a room was read, null while unknown. @param {number | null} id */
  readSeq(id) {
    return this.#read.get(id ?? 0) ?? null;
  }

  /**
   * @param {import('./room.js').Room} room
   * @param {number} seq
   */
  read(room, seq) {
    const id = /** @type {number} */ (room.id);
    if (seq <= (this.#read.get(id) ?? -1)) return;
    this.#marked(id, seq);
    this.#untold.set(id, seq);
    this.#tell(id);
  }

  /**
   * A frame of the list; false when it is none.
   * @param {any} frame
   */
  receive(frame) {
    const { type, room_id: id } = frame;
    if (type === 'rooms') this.#listed(frame);
    else if (type === 'room_added') this.#put(this.#counts(entryOf(frame)));
    else if (type === 'room_removed') this.#change(() => this.list?.delete(id));
    else if (type === 'activity') this.#active(frame);
    else if (type === 'read') this.#marked(id, frame.seq);
    else if (type === 'mention') this.#mentioned(frame);
    else if (type === 'error' && frame.ref === LIST_REF) this.#notListed(frame);
    else {
      if (CHANGES.has(type)) this.#unsure(this.#client.rooms.find(({ name }) => name === frame.room));
      return false;
    }
    return true;
  }

  #ask() {
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#parts = new Map();
    this.#listing = true;
    this.#connection.ask({ type: 'watch', ref: LIST_REF }, () => {});
  }

  /** What the server could not list, or not to the end, it may list a moment later. @param {any} error */
  #notListed({ code, message }) {
    if (isTemporary(code)) this.#askAgain();
    else this.#client._emit('fault', { code, message, room: null });
  }

  /** Once for all that happens meanwhile. */
  #askAgain() {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      if (this.#connection.isOpen) this.#ask();
    }, TELL_AGAIN * (1 + Math.random()));
  }

  /**
   * A message has changed, or was read elsewhere: whether it was one of those that count shows only where all of these are.
   * @param {import('./room.js').Room | undefined} room
   */
  #unsure(room) {
    const entry = room && this.list?.get(room.id ?? 0);
    if (entry && entry.unread > 0 && room.state === 'live' && !reachesBack(room, entry)) this.#askAgain();
  }

  /**
   * Once for all that is read until it is answered; what was not, is told again once the room is back.
   * @param {number} id
   */
  #tell(id) {
    const [seq, name] = [this.#untold.get(id), this.#nameOf(id)];
    if (seq === undefined || name === undefined || this.#telling.has(id) || !this.#connection.isOpen) return;
    this.#telling.add(id);
    this.#connection.ask({ type: 'read', room: name, seq }, ({ type, code }) => {
      this.#telling.delete(id);
      const refused = type === 'error' ? code : null;
      if (refused === DISCONNECTED) return;
      if (refused && isTemporary(refused)) return setTimeout(() => this.#tell(id), TELL_AGAIN);
      // A room that was renamed meanwhile is told of under its new name.
      const settled = !refused || this.#nameOf(id) === name;
      if (settled && this.#untold.get(id) === seq) this.#untold.delete(id);
      // Of what was read meanwhile, or once more.
      this.#tell(id);
    });
  }

  /** What the server calls a room now; undefined while that is not certain. @param {number} id */
  #nameOf(id) {
    const joined = this.#client.rooms.find((room) => room.id === id && room.state === 'live');
    return joined?.name ?? (this.#listing ? undefined : this.list?.get(id)?.name);
  }

  /** @param {{ rooms: any[], more?: boolean }} frame */
  #listed({ rooms, more = false }) {
    for (const room of rooms) this.#parts.set(room.room_id, this.#asRead(entryOf(room)));
    if (more) return;
    const known = this.#parts;
    this.#parts = new Map();
    this.#listing = false;
    this.#change(() => {
      this.list = known;
      for (const entry of known.values()) {
        this.#read.set(entry.id, Math.max(entry.readSeq, this.#read.get(entry.id) ?? 0));
        this.#counts(entry);
      }
    });
    for (const room of this.#client.rooms) this.#recount(room);
    for (const id of this.#untold.keys()) this.#tell(id);
  }

  /**
   * The server may not have heard yet how far it was read here.
   * @param {import('../fastroom.js').ListedRoom} entry
   */
  #asRead(entry) {
    const readSeq = Math.max(entry.readSeq, this.#read.get(entry.id) ?? 0);
    return readSeq < entry.seq ? { ...entry, readSeq } : { ...entry, readSeq, unread: 0, mentions: 0 };
  }

  /** @param {import('../fastroom.js').ListedRoom} entry whose mentions are those up to its last message */
  #counts(entry) {
    if (entry.last?.id) this.#counted.set(entry.id, entry.last.id);
    return entry;
  }

  /** @param {any} frame */
  #active({ room: name, room_id: id, seq, unread, last }) {
    const entry = this.list?.get(id);
    if (!entry) return;
    // More has happened than that others have said something: a mention may have been read elsewhere, edited or deleted.
    const isMore = seq - entry.seq !== unread - entry.unread;
    if (entry.mentions > 0 && isMore && unread > 0 && unread < MOST) this.#askAgain();
    this.#put({ ...entry, name, seq, unread, mentions: Math.min(entry.mentions, unread), last: lastOf(last) });
  }

  /** @param {any} frame */
  #mentioned({ room: name, room_id: id, message }) {
    const entry = this.list?.get(id);
    // One of a joined room was counted when it came.
    const isNew = (message?.message_id ?? Infinity) > (this.#counted.get(id) ?? 0);
    if (entry && isNew) this.#put({ ...entry, name, mentions: Math.min(entry.mentions + 1, entry.unread) });
    // It may have been read elsewhere by now, or be one that came into an older message by an edit.
    if (entry && !this.#client.rooms.some((room) => room.id === id && room.state === 'live')) this.#askAgain();
    this.#client._emit('mention', { roomId: id, name, message: lastOf(message) });
  }

  /**
   * @param {number} id
   * @param {number} seq
   */
  #marked(id, seq) {
    if (seq <= (this.#read.get(id) ?? -1)) return;
    this.#read.set(id, seq);
    const entry = this.list?.get(id);
    if (entry && seq >= entry.seq) this.#put({ ...entry, readSeq: seq, unread: 0, mentions: 0 });
    else if (entry) this.#put({ ...entry, readSeq: seq });
    const room = this.#client.rooms.find((r) => r.id === id);
    if (room) this.#recount(room);
    this.#unsure(room);
    this.#client._emit('read', { roomId: id, seq });
  }

  /**
   * @param {import('./room.js').Room} room
   * @param {import('../fastroom.js').Message} message
   */
  #said(room, message) {
    const entry = this.list?.get(room.id ?? 0);
    const { id, seq } = message;
    if (!entry || seq === null || seq <= entry.seq) return;
    if (id !== null) this.#counted.set(entry.id, id);
    this.#put(countedOn(entry, { ...message, seq }, this.#client.me));
  }

  /** @param {import('./room.js').Room} room */
  #recount(room) {
    const entry = this.list?.get(room.id ?? 0);
    // While somebody reads far back the newest are not among its messages.
    if (!entry || room.state !== 'live' || room.hasNewer) return;
    const next = counted(entry, room, this.#client.me);
    this.#put(reachesBack(room, entry) ? this.#counts(next) : next);
  }

  /**
   * The log may have gone back: what is said from now on is not older than what was read before.
   * @param {import('./room.js').Room} room
   */
  #startedOver({ id, seq }) {
    if (id === null || seq === null) return;
    if (seq < (this.list?.get(id)?.seq ?? 0)) this.#askAgain();
    if (seq >= (this.#read.get(id) ?? 0)) return;
    this.#read.set(id, seq);
    this.#untold.delete(id);
    const entry = this.list?.get(id);
    if (entry) this.#put({ ...entry, seq, readSeq: seq });
  }

  /** @param {import('./room.js').Room} room */
  #named(room) {
    const entry = this.list?.get(room.id ?? 0);
    if (!entry) return;
    const isPrivate = room.isPrivate ?? entry.isPrivate;
    if (entry.name !== room.name || entry.isPrivate !== isPrivate) this.#put({ ...entry, name: room.name, isPrivate });
    this.#recount(room);
  }

  /** @param {import('../fastroom.js').ListedRoom} entry */
  #put(entry) {
    this.#change(() => {
      this.list?.set(entry.id, Object.freeze(entry));
      this.#read.set(entry.id, Math.max(entry.readSeq, this.#read.get(entry.id) ?? 0));
    });
  }

  /** @param {() => void} change */
  #change(change) {
    change();
    this.#client._emit('list');
  }
}
