// @ts-check
import { DISCONNECTED, refusalOf } from './errors.js';
import { Renewal } from './renewal.js';
import { waitAfter } from './time.js';

const HELLO_WITHIN = 10_000;
const PONG_WITHIN = 8_000;
const STABLE_AFTER = 10_000;
/** A longer one would cost the connection, and be sent again on the next. */
const LONGEST_FRAME = 64 * 1024;

/**
 * Who is told of the connection.
 * @typedef {object} Handler
 * @property {(state: import('../fastroom.js').ConnectionState) => void} changed
 * @property {(frame: any, answered: boolean) => void} received every frame but the greeting; `answered` if it was asked for
 * @property {() => void} opened
 * @property {() => void} dropped before what was asked is answered as lost
 */

/** The one socket, opened again after any loss. */
export class Connection {
  /** @type {import('../fastroom.js').ConnectionState} */
  state = { phase: 'offline', retryAt: null, code: null, attempt: 0 };

  #url;
  #session;
  #WebSocket;
  #random;
  #handler;
  #renewal;
  /** @type {WebSocket | null} */
  #socket = null;
  #wanted = false;
  /** Grows with each attempt, so that one overtaken by `close` or a later one knows it. */
  #turn = 0;
  /** @type {string | null} The token that the server has closed the last socket for. */
  #rejected = null;
  #failures = 0;
  /** @type {Record<string, ReturnType<typeof setTimeout>>} */
  #timers = {};
  #heard = 0;
  /** @type {Map<string, (answer: any) => void>} */
  #asked = new Map();
  #asks = 0;

  /**
   * @param {string} url
   * @param {import('./session.js').Session | import('./given.js').GivenToken} session
   * @param {{ WebSocket: typeof WebSocket, random: () => number }} parts
   * @param {Handler} handler
   */
  constructor(url, session, { WebSocket, random }, handler) {
    this.#url = url;
    this.#session = session;
    this.#WebSocket = WebSocket;
    this.#random = random;
    this.#handler = handler;
    this.#renewal = new Renewal(session, random);
    session.on('renewed', (token) => this.#authenticate(token));
    // On another network than before the old connection is dead, and nobody says so.
    globalThis.addEventListener?.('online', () => (this.isOpen ? this.#probe() : this.retryNow()));
    globalThis.document?.addEventListener('visibilitychange', () => document.hidden || this.#probe());
  }

  get isOpen() {
    return this.state.phase === 'online';
  }

  connect() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#open();
  }

  close() {
    this.#wanted = false;
    this.#drop(1000);
    this.#set('offline');
  }

  retryNow() {
    if (this.state.phase === 'waiting') this.#open();
  }

  /** @param {object} frame */
  send(frame) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
  }

  /**
   * Sends a frame under a `ref`; `answered` gets the frame that bears it, or an error `disconnected`, later than this returns.
   * @param {{ type: string, ref?: string, [field: string]: unknown }} frame
   * @param {(answer: any) => void} answered
   */
  ask(frame, answered) {
    const ref = frame.ref ?? `r${++this.#asks}`;
    const whole = { ...frame, ref };
    const refused = (/** @type {string} */ code, message = '') =>
      queueMicrotask(() => answered({ type: 'error', code, message, ref }));
    if (!this.isOpen) return refused(DISCONNECTED);
    if (new Blob([JSON.stringify(whole)]).size > LONGEST_FRAME) return refused('too_long', 'That is too long');
    this.#asked.set(ref, answered);
    this.send(whole);
  }

  /**
   * Sends a frame and waits for its answer; rejects with a FastRoomError.
   * @param {{ type: string, [field: string]: unknown }} frame
   * @returns {Promise<any>}
   */
  request(frame) {
    return new Promise((resolve, reject) => {
      this.ask(frame, (answer) => (answer.type === 'error' ? reject(refusalOf(answer)) : resolve(answer)));
    });
  }

  async #open() {
    const turn = ++this.#turn;
    clearTimeout(this.#timers.retry);
    this.#set('connecting');
    /** @type {string} */
    let token;
    try {
      token = await this.#session.fresh(this.#rejected);
    } catch (error) {
      const { status } = /** @type {any} */ (error);
      if (turn !== this.#turn || !this.#wanted) return;
      // Without a session there is nothing to wait for: whoever signs in connects again.
      return status === 401 && this.#session.token === null ? this.close() : this.#later(null);
    }
    if (turn !== this.#turn || !this.#wanted) return;
    const socket = new this.#WebSocket(`${this.#url.replace(/^http/, 'ws')}/ws`, ['bearer', token]);
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#receive(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      if (this.#socket === socket) this.#closed(code, token);
    };
    // Node 20 says of a connection that was refused nothing more than this; elsewhere it is closed by then.
    socket.onerror = () => {
      if (this.#socket === socket && socket.readyState === 0) this.#lost();
    };
    this.#timers.hello = setTimeout(() => this.#lost(), HELLO_WITHIN);
  }

  /** @param {any} frame */
  #receive(frame) {
    this.#heard++;
    const answered = this.#asked.get(frame.ref);
    this.#asked.delete(frame.ref);
    answered?.(frame);
    if (frame.type === 'system' && frame.room === undefined) this.#welcome(frame);
    else this.#handler.received(frame, answered !== undefined);
  }

  /** @param {{ heartbeatInterval?: number }} greeting */
  #welcome({ heartbeatInterval = 25 }) {
    clearTimeout(this.#timers.hello);
    this.#rejected = null;
    this.#timers.beat = setInterval(() => this.#probe(), heartbeatInterval * 1000);
    this.#timers.stable = setTimeout(() => {
      this.#failures = 0;
    }, STABLE_AFTER);
    this.#renewal.start();
    this.#set('online');
    this.#handler.opened();
  }

  /** Asks the server for a sign of life; a connection that died without a word is noticed here. */
  #probe() {
    if (!this.isOpen) return;
    const [heard, socket] = [this.#heard, this.#socket];
    this.send({ type: 'ping' });
    setTimeout(() => this.#socket === socket && this.#heard === heard && this.#lost(), PONG_WITHIN);
  }

  #lost() {
    this.#drop(1000);
    if (this.#wanted) this.#later(null);
  }

  /**
   * @param {number} code
   * @param {string} token
   */
  #closed(code, token) {
    if (code === 4401) this.#rejected = token;
    this.#drop();
    if (this.#wanted) this.#later(code);
  }

  /**
   * Forgets the socket. What it still had to answer is answered as lost.
   * @param {number} [code]
   */
  #drop(code) {
    const [socket, asked] = [this.#socket, this.#asked];
    [this.#socket, this.#asked] = [null, new Map()];
    this.#turn++;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    clearInterval(this.#timers.beat);
    this.#renewal.stop();
    if (code && socket) socket.close(code);
    this.#handler.dropped();
    for (const answered of asked.values()) answered({ type: 'error', code: DISCONNECTED });
  }

  /** @param {number | null} code */
  #later(code) {
    const wait = waitAfter(code, this.#failures++, this.#random());
    this.#timers.retry = setTimeout(() => this.#open(), wait);
    this.#set('waiting', { retryAt: Date.now() + wait, code });
  }

  /**
   * @param {import('../fastroom.js').ConnectionState['phase']} phase
   * @param {{ retryAt?: number | null, code?: number | null }} [facts]
   */
  #set(phase, { retryAt = null, code = null } = {}) {
    this.state = { phase, retryAt, code, attempt: this.#failures };
    this.#handler.changed(this.state);
  }

  /** @param {string} token */
  #authenticate(token) {
    if (!this.isOpen) return;
    this.send({ type: 'auth', access_token: token });
    this.#renewal.start();
  }
}
