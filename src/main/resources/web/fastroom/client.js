// @ts-check
import { Calls } from './calls.js';
import { Connection } from './connection.js';
import { GivenToken } from './given.js';
import { Http } from './http.js';
import { Rooms } from './rooms.js';
import { Session } from './session.js';
import { memoryStore } from './stores.js';
import { Watch } from './watch.js';

/** The connection, the session and the rooms. */
export class FastRoom extends Calls {
  #session;
  #connection;
  #rooms;
  #watch;

  /** @param {import('../fastroom.js').Options} [options] */
  constructor({
    url = globalThis.location?.origin,
    token,
    store,
    maxMessages = 500,
    random = Math.random,
    WebSocket = globalThis.WebSocket,
    fetch = (...args) => globalThis.fetch(...args),
  } = {}) {
    super();
    const origin = url.replace(/\/+$/, '');
    if (token !== undefined && store) throw new TypeError('A `token` that is given is kept in no `store`');
    const http = new Http(origin, fetch);
    this.#session = token === undefined ? new Session(http, store ?? memoryStore()) : new GivenToken(http, token);
    this.#connection = new Connection(
      origin,
      this.#session,
      { WebSocket, random },
      {
        changed: (state) => this.#changed(state),
        received: (frame, answered) => this.#watch.receive(frame) || this.#rooms.receive(frame, answered),
        opened: () => this.#opened(),
        dropped: () => this.#rooms.offline(),
      },
    );
    this.#watch = new Watch(this, this.#connection);
    this.#rooms = new Rooms(this, this.#connection, this.#watch, { maxMessages, random });
    this.#session.on('ended', () => this.#ended());
  }

  /** Phase, moment of the next attempt, and why. */
  get state() {
    return this.#connection.state;
  }

  /** The signed-in user, or null; with a token that was given, from the first connection or call on. */
  get me() {
    return this.#session.me;
  }

  /** The rooms joined through this client, in the order of joining. */
  get rooms() {
    return this.#rooms.list;
  }

  /** All rooms of the user by id, with what is new in them; null until `watch` was answered. */
  get list() {
    return this.#watch.list;
  }

  /** Keeps `list`, without being in any room. */
  watch() {
    this.#watch.start();
  }

  /** How far a room was read, here or elsewhere; null while unknown. @param {number | null} roomId */
  readSeq(roomId) {
    return this.#watch.readSeq(roomId);
  }

  /**
   * Makes an account; answers the user. It does not sign in.
   * @param {{ username: string, password: string, email?: string, fullName?: string, invite?: string }} account
   */
  register({ username, password, email, fullName, invite }) {
    const more = { email: email || undefined, full_name: fullName || undefined, invite: invite || undefined };
    return this.#session.register({ username, password, ...more });
  }

  /**
   * @param {string} username
   * @param {string} password
   */
  signIn(username, password) {
    return this.#session.signIn(username, password);
  }

  /** Ends the session here and on the server; the tokens are dead afterwards, but for one that was given. */
  signOut() {
    return this.#session.signOut();
  }

  /**
   * @override
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  call(method, path, body) {
    return this.#session.call(method, path, body);
  }

  /**
   * @override
   * @param {string} method
   * @param {string} path
   */
  _answer(method, path) {
    return this.#session.answer(method, path);
  }

  /**
   * @override
   * @param {string} path
   * @param {{ headers?: Record<string, string>, signal?: AbortSignal | undefined }} [options]
   */
  _read(path, options) {
    return this.#session.read(path, options);
  }

  /**
   * @override
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  _open(method, path, body) {
    return this.#session.open(method, path, body);
  }

  /** Opens the socket and keeps it open until `close` or the end of the session. */
  connect() {
    this.#connection.connect();
  }

  /** Closes the socket. The rooms stay and are resumed by the next `connect`. */
  close() {
    this.#connection.close();
  }

  /** Does not wait for the countdown. */
  retryNow() {
    this.#connection.retryNow();
  }

  /**
   * The live room of this name, joined now or as soon as there is a connection; `await room.ready` to be sure.
   * @param {string} name
   */
  join(name) {
    return this.#rooms.join(name);
  }

  /**
   * Leaves the live room, not the membership.
   * @param {import('./room.js').Room} room
   */
  leave(room) {
    this.#rooms.leave(room);
  }

  /** @param {import('../fastroom.js').ConnectionState} state */
  #changed(state) {
    this._emit('state', state);
    if (state.phase !== 'online') this.#rooms.changed();
  }

  #opened() {
    this.#rooms.enter();
    this.#watch.opened();
  }

  #ended() {
    this.close();
    this.#watch.ended();
    this.#rooms.signedOut();
    this._emit('signedout');
  }
}
