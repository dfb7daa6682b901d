// @ts-check
import { Emitter } from './emitter.js';
import { unauthorized } from './errors.js';
import { read } from './http.js';
import { pause } from './time.js';
import { ownerOf, pairOf } from './tokens.js';

const STORE_SETTLES = 150;

/**
 * The token pair and the calls made with it. A refresh token works once, so only one tab at a time may use it. Emits
 * `renewed` (the pair) and `ended`.
 */
export class Session extends Emitter {
  #http;
  #store;
  /** @type {import('../fastroom.js').TokenPair | null} */
  #pair = null;
  /** @type {Promise<import('../fastroom.js').TokenPair> | null} */
  #refreshing = null;
  /** @type {import('../fastroom.js').Identity | null} */
  me = null;

  /**
   * @param {import('./http.js').Http} http
   * @param {import('../fastroom.js').TokenStore} store
   */
  constructor(http, store) {
    super();
    this.#http = http;
    this.#store = store;
    this.#adopt(store.read());
    store.watch(() => this.#adopt(store.read()));
  }

  get token() {
    return this.#pair?.access_token ?? null;
  }

  get expiresAt() {
    return this.#pair?.expires_at ?? null;
  }

  /**
   * @param {string} username
   * @param {string} password
   */
  async signIn(username, password) {
    const body = new URLSearchParams({ grant_type: 'password', username, password });
    this.#adopt(null);
    this.#save(pairOf(await read(await this.#http.request('POST', '/token', { body }))));
  }

  async signOut() {
    const pair = this.#pair;
    this.#save(null);
    if (!pair) return;
    const body = { refresh_token: pair.refresh_token };
    await read(await this.#http.request('POST', '/logout', { body, token: pair.access_token }));
  }

  /**
   * A call without a token.
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async open(method, path, body) {
    return read(await this.#http.request(method, path, { body }));
  }

  /**
   * A call with the token, renewed when the server does not take it any more.
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async call(method, path, body) {
    const { access_token: token } = await this.fresh();
    const answer = await this.#http.request(method, path, { body, token });
    if (answer.status !== 401) return read(answer);
    const { access_token: renewed } = await this.fresh(token);
    return read(await this.#http.request(method, path, { body, token: renewed }));
  }

  /**
   * The pair, renewed when it is past its time or its access token is the `rejected` one.
   * @param {string | null} [rejected]
   * @returns {Promise<import('../fastroom.js').TokenPair>}
   */
  async fresh(rejected = null) {
    if (!this.#pair) throw unauthorized('Not signed in');
    const { access_token: token, expires_at: end } = this.#pair;
    return token === rejected || end <= Date.now() ? this.renew(token) : this.#pair;
  }

  /**
   * Replaces the pair that holds `token`, unless another tab already has.
   * @param {string} token
   */
  renew(token) {
    this.#refreshing ??= this.#alone(() => this.#rotate(token)).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /**
   * @template T
   * @param {() => Promise<T>} action
   * @returns {Promise<T>}
   */
  async #alone(action) {
    const locks = this.#store.key ? globalThis.navigator?.locks : null;
    return locks ? locks.request(`${this.#store.key}:refresh`, action) : action();
  }

  /** @param {string} token */
  async #rotate(token) {
    // What another tab has written reaches this one a moment later, and a tab that was asleep wakes up with old news.
    // An old refresh token would look like a stolen one.
    if (this.#store.key) await pause(STORE_SETTLES);
    const pair = this.#store.read();
    if (pair && pair.access_token !== token) return this.#taken(pair);
    if (pair) {
      const body = { refresh_token: pair.refresh_token };
      const answer = await this.#http.request('POST', '/refresh', { body });
      if (answer.status !== 401) return this.#taken(pairOf(await read(answer)), true);
      const other = await this.#anotherTabs(pair);
      if (other) return this.#taken(other);
    }
    this.#save(null);
    throw unauthorized('The session has ended, sign in again');
  }

  /**
   * Without Web Locks another tab may have won the same race a moment ago: its pair appears in the store.
   * @param {import('../fastroom.js').TokenPair} refused
   */
  async #anotherTabs(refused) {
    for (let look = 0; look < 5; look++) {
      const now = this.#store.read();
      if (now?.refresh_token !== refused.refresh_token) return now;
      await pause(300);
    }
    return null;
  }

  /**
   * @param {import('../fastroom.js').TokenPair} pair
   * @param {boolean} [ours] whether this tab has fetched it
   */
  #taken(pair, ours = false) {
    const taken = ours ? this.#save(pair) : this.#adopt(pair);
    if (!taken) throw unauthorized('Somebody else has signed in');
    return taken;
  }

  /** @param {import('../fastroom.js').TokenPair | null} pair */
  #save(pair) {
    this.#store.write(pair);
    return this.#adopt(pair);
  }

  /** @param {import('../fastroom.js').TokenPair | null} pair */
  #adopt(pair) {
    const [before, me] = [this.#pair, pair && ownerOf(pair.access_token)];
    // The store may hold someone else by now: what was opened as one user must never go on as another.
    const same = !before || me?.id === this.me?.id;
    [this.#pair, this.me] = same ? [pair, me] : [null, null];
    if (!this.#pair && before) this._emit('ended');
    else if (pair && pair.access_token !== before?.access_token) this._emit('renewed', pair);
    return this.#pair;
  }
}
