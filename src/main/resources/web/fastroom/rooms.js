// @ts-check
import { DISCONNECTED, isTemporary } from './errors.js';
import { Room } from './room.js';
import { TYPING_REF } from './typing.js';

const FIND_AGAIN = 3000;

/**
 * What a room may ask of the client around it.
 * @typedef {object} Link
 * @property {() => import('../fastroom.js').Identity | null} me
 * @property {(type: string, listener: (event: any) => void) => () => void} on
 * @property {(type: string, event: object) => void} emit
 * @property {(method: string, path: string, body?: object) => Promise<any>} call
 * @property {(frame: object) => void} send
 * @property {(frame: { type: string, ref?: string, [field: string]: unknown }, answered: (answer: any) => void) => void} ask
 * @property {(frame: { type: string, [field: string]: unknown }) => Promise<any>} request
 * @property {(room: Room, seq: number) => void} markRead
 * @property {(room: Room, reason: string) => void} gone puts the room out of the client
 * @property {(room: Room, name: string) => void} rename
 * @property {(room: Room) => void} rejoin
 * @property {() => boolean} paused whether the server has asked for a pause in sending
 * @property {(ms: number) => void} pause
 */

/** The rooms joined through one client. A room is its id; the name leads to it only for as long as it bears it. */
export class Rooms {
  #client;
  #connection;
  #limit;
  #random;
  /** @type {Set<Room>} */
  #all = new Set();
  /** @type {Map<string, Room>} */
  #byName = new Map();
  #pausedUntil = 0;
  /** @type {Link} */
  #link;

  /**
   * @param {import('./client.js').FastRoom} client
   * @param {import('./connection.js').Connection} connection
   * @param {import('./watch.js').Watch} marks keeps how far each room was read
   * @param {{ maxMessages: number, random: () => number }} options
   */
  constructor(client, connection, marks, { maxMessages, random }) {
    this.#client = client;
    this.#connection = connection;
    this.#limit = maxMessages;
    this.#random = random;
    this.#link = {
      me: () => client.me,
      on: (type, listener) => client.on(type, listener),
      emit: (type, event) => client._emit(type, event),
      call: (method, path, body) => client.call(method, path, body),
      send: (frame) => connection.send(frame),
      ask: (frame, answered) => connection.ask(frame, answered),
      request: (frame) => connection.request(frame),
      markRead: (room, seq) => marks.read(room, seq),
      gone: (room, reason) => this.#gone(room, reason),
      rename: (room, name) => this.#rename(room, name),
      rejoin: (room) => {
        if (room.state === 'live') this.#join(room);
      },
      paused: () => Date.now() < this.#pausedUntil,
      pause: (ms) => this.#pause(ms),
    };
  }

  /** In the order of joining. */
  get list() {
    return [...this.#all];
  }

  /** @param {string} name */
  join(name) {
    const known = this.#byName.get(keyOf(name));
    if (known) return known;
    const room = new Room(name, this.#link, this.#limit);
    this.#all.add(room);
    this.#byName.set(keyOf(name), room);
    if (this.#connection.isOpen) this.#join(room);
    return room;
  }

  /** @param {Room} room */
  leave(room) {
    // Whoever has ended the membership a moment ago is out already: the answer interests nobody.
    if (this.#all.has(room) && this.#connection.isOpen) this.#connection.ask({ type: 'leave', room: room.name }, () => {});
    this.#gone(room, 'left');
  }

  /** There is a new socket: every room is entered through it. */
  enter() {
    for (const room of this.#all) this.#join(room);
  }

  offline() {
    for (const room of this.#all) room._offline();
  }

  changed() {
    for (const room of this.#all) this.#client._emit('room', { room });
  }

  signedOut() {
    for (const room of this.list) this.#gone(room, 'signed_out');
  }

  /**
   * @param {any} frame
   * @param {boolean} answered whether it was asked for
   */
  receive(frame, answered) {
    if (frame.type === 'error') this.#error(frame, answered);
    else if (frame.type === 'joined') this.#toldToStartOver(frame, answered);
    else this.#toRoom(frame);
  }

  /**
   * A room that was left and joined again at once is another one here: until it was let in, what comes by its name is what the
   * server still had to say to the one before, up to `left`.
   * @param {any} frame
   */
  #toRoom(frame) {
    const room = this.#byName.get(keyOf(frame.room));
    if (room && room.id !== null && frame.type !== 'left') room._receive(frame);
  }

  /** @param {Room} room */
  #join(room) {
    if (room.state === 'live') room.state = 'waiting';
    const { name } = room;
    this.#connection.ask({ type: 'join', room: name, ...room._since }, (answer) => {
      if (room.state === 'gone') return;
      if (answer.type !== 'error') this.#joined(room, answer);
      else if (room.name === name) this.#notJoined(room, answer.code);
      else if (answer.code !== DISCONNECTED) this.#rejoin(room);
    });
  }

  /**
   * @param {Room} room
   * @param {{ room: string, room_id: number, seq: number, ts?: string }} frame
   */
  #joined(room, frame) {
    if (room.id !== null && room.id !== frame.room_id) return this.#misled(room, frame.room);
    const [first = room, again = room] = this.list.filter((each) => each === room || each.id === frame.room_id);
    first._joined(frame);
    this.#rename(first, frame.room);
    if (again !== first) this.#joinedAlready(first, again);
  }

  /**
   * A room that was renamed while the connection was away was joined under its new name besides.
   * @param {Room} first
   * @param {Room} again
   */
  #joinedAlready(first, again) {
    first._takeOver(again);
    this.#gone(again, 'joined_already');
  }

  /**
   * A node whose log has gone back says so by itself: `joined`, the people and the last messages.
   * @param {any} frame
   * @param {boolean} answered
   */
  #toldToStartOver(frame, answered) {
    const room = this.#byName.get(keyOf(frame.room));
    if (room && !answered) this.#joined(room, frame);
  }

  /**
   * The name was given to another room while the connection was away.
   * @param {Room} room
   * @param {string} name
   */
  #misled(room, name) {
    this.#connection.send({ type: 'leave', room: name });
    this.#find(room, 'room_not_found');
  }

  /**
   * @param {Room} room
   * @param {string} code
   */
  #notJoined(room, code) {
    if (code === DISCONNECTED) return;
    if (isTemporary(code)) setTimeout(() => this.#rejoin(room), 1000 + this.#random() * 2000);
    else if (code === 'room_not_found' && room.id !== null) this.#find(room, code);
    else if (code === 'not_in_room') this.#find(room, 'left');
    else this.#gone(room, code);
  }

  /** @param {Room} room */
  #rejoin(room) {
    if (this.#connection.isOpen && room.state !== 'gone' && room.state !== 'live') this.#join(room);
  }

  /**
   * Looks a room up by its id when its name no longer leads to it.
   * @param {Room} room
   * @param {string} reason why it is gone if it still has the name
   */
  async #find(room, reason) {
    const { name: lost } = room;
    this.#unname(room);
    try {
      const { name, is_private: isPrivate } = await this.#client.call('GET', `/rooms/${room.id}`);
      // Somebody has found it meanwhile.
      if (room.name !== lost) return;
      if (name === lost) return this.#gone(room, reason);
      room.isPrivate = isPrivate;
      this.#rename(room, name);
      this.#client._emit('room', { room });
      this.#rejoin(room);
    } catch (error) {
      const { status } = /** @type {any} */ (error);
      // Deleted, or private by now and not ours.
      if (status === 403 || status === 404) this.#gone(room, status === 403 ? 'banned' : 'room_not_found');
      else setTimeout(() => room.state !== 'gone' && room.name === lost && this.#find(room, reason), FIND_AGAIN);
    }
  }

  /**
   * @param {Room} room
   * @param {string} name
   */
  #rename(room, name) {
    this.#unname(room);
    room.name = name;
    this.#byName.set(keyOf(name), room);
  }

  /** @param {Room} room */
  #unname(room) {
    if (this.#byName.get(keyOf(room.name)) === room) this.#byName.delete(keyOf(room.name));
  }

  /**
   * @param {Room} room
   * @param {string} reason
   */
  #gone(room, reason) {
    if (!this.#all.delete(room)) return;
    this.#unname(room);
    room._gone(reason);
    this.#client._emit('gone', { room, reason });
  }

  /**
   * @param {any} frame
   * @param {boolean} answered
   */
  #error({ code, message, room: name, ref }, answered) {
    const room = this.#byName.get(keyOf(name));
    // It follows the `member_update` that has already put us out, or comes instead of it.
    if (code === 'banned' && !answered) return room && this.#gone(room, code);
    if (code === 'banned' && room?.state === 'live') return this.#gone(room, code);
    // Nobody has asked: the log is another one since, in which we may not see the room.
    if (code === 'room_not_found' && ref === undefined && room) return this.#gone(room, code);
    // A refused token shows in the close code that follows.
    if (!answered && ref !== TYPING_REF && code !== 'unauthorized')
      this.#client._emit('fault', { code, message, room: room ?? null });
  }

  /** @param {number} ms */
  #pause(ms) {
    const wait = ms * (1 + this.#random());
    this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + wait);
    setTimeout(() => this.#all.forEach((room) => room._pump()), this.#pausedUntil - Date.now() + 10);
  }
}

/** The server keeps names composed (NFC); whoever asks may have written them otherwise. @param {unknown} name */
const keyOf = (name) => String(name).normalize('NFC');
