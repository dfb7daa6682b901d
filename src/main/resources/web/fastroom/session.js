// @ts-check
import { Bearer } from './bearer.js';
import { alone } from './claim.js';
import { FastRoomError, unauthorized } from './errors.js';
import { read } from './http.js';
import { pause } from './time.js';
import { asPair, ownerOf, pairOf } from './tokens.js';

const STORE_SETTLES = 150;
// A refresh whose answer is lost has used the token up. The server takes it once more within 60 s; the last try starts
// early enough to be answered by then.
const REFRESH_WITHIN = 10_000;
const TRY_AGAIN_AFTER = 3_000;
const LAST_TRY_WITHIN = 45_000;

/** The token pair and the calls made with it. A refresh token works once, so only one tab at a time may use it. */
export class Session extends Bearer {
  #store;
  /** @type {import('../fastroom.js').TokenPair | null} */
  #pair = null;
  /** @type {Promise<import('../fastroom.js').TokenPair> | null} */
  #refreshing = null;
  /** @type {import('../fastroom.js').Identity | null} */
  me = null;
  /** A refresh token that may be used up, and since when. @type {{ token: string, since: number } | null} */
  #unanswered = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;

  /**
   * @param {import('./http.js').Http} http
   * @param {import('../fastroom.js').TokenStore} store
   */
  constructor(http, store) {
    super(http);
    this.#store = store;
    this.#adopt(this.#stored());
    store.watch(() => this.#adopt(this.#stored()));
  }

  get token() {
    return this.#pair?.access_token ?? null;
  }

  get expiresAt() {
    return this.#pair?.expires_at ?? null;
  }

  /** @param {object} account */
  register(account) {
    return this.open('POST', '/register', account);
  }

  /**
   * @param {string} username
   * @param {string} password
   */
  async signIn(username, password) {
    const body = new URLSearchParams({ grant_type: 'password', username, password });
    this.#adopt(null);
    this.#save(newPair(read(await this._http.request('POST', '/token', { body }))));
  }

  async signOut() {
    const pair = this.#pair;
    const told = pair && this.#endLogin(pair);
    this.#save(null);
    await told;
  }

  /** @param {import('../fastroom.js').TokenPair} pair */
  async #endLogin({ refresh_token: refresh, access_token: token }) {
    // Whoever signs out may leave the page at once.
    const options = { body: { refresh_token: refresh }, token, keepalive: true };
    read(await this._http.request('POST', '/logout', options));
  }

  /**
   * @override
   * @param {string | null} [rejected]
   */
  async fresh(rejected = null) {
    if (!this.#pair) throw unauthorized('Not signed in');
    const { access_token: token, expires_at: end } = this.#pair;
    return token === rejected || end <= Date.now() ? (await this.renew(token)).access_token : token;
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
  #alone(action) {
    const { key } = this.#store;
    if (this.#store.exclusive) return this.#store.exclusive(action);
    return key === null ? action() : alone(`refresh:${key}`, action);
  }

  /** @param {string} token */
  async #rotate(token) {
    // What another tab has written reaches this one a moment later, and a tab that was asleep wakes up with old news.
    // An old refresh token would look like a stolen one.
    if (this.#store.key !== null) await pause(STORE_SETTLES);
    const pair = this.#stored();
    if (pair && pair.access_token !== token) return this.#taken(pair);
    const next = pair && (await this.#refreshed(pair));
    if (next) return this.#taken(next);
    this.#save(null);
    throw unauthorized('The session has ended, sign in again');
  }

  /**
   * The pair that follows; null when there is none any more.
   * @param {import('../fastroom.js').TokenPair} pair
   */
  async #refreshed(pair) {
    const since = Date.now();
    const body = { refresh_token: pair.refresh_token };
    try {
      const answer = await this._http.request('POST', '/refresh', { body, within: REFRESH_WITHIN });
      if (answer.status === 401) return await this.#anotherTabs(pair);
      return await this.#kept(pair, newPair(read(answer)));
    } catch (error) {
      this.#tryAgain(pair, since);
      throw error;
    }
  }

  /**
   * Stores the new pair, unless somebody has signed out or in meanwhile: what is over must not come back.
   * @param {import('../fastroom.js').TokenPair} pair
   * @param {import('../fastroom.js').TokenPair} next
   */
  async #kept(pair, next) {
    const now = this.#stored();
    if (now?.refresh_token === pair.refresh_token) this.#store.write(next);
    else if (now === null || ownerOf(now.access_token)?.id !== ownerOf(next.access_token)?.id) {
      await this.#endLogin(next).catch(() => {});
    }
    return this.#stored();
  }

  /**
   * Tries by itself for as long as the server forgives, whether or not anybody makes a call meanwhile.
   * @param {import('../fastroom.js').TokenPair} pair
   * @param {number} since
   */
  #tryAgain({ refresh_token: refresh, access_token: token }, since) {
    if (this.#unanswered?.token !== refresh) this.#unanswered = { token: refresh, since };
    clearTimeout(this.#again);
    if (Date.now() + TRY_AGAIN_AFTER > this.#unanswered.since + LAST_TRY_WITHIN) return;
    this.#again = setTimeout(() => this.token === token && this.renew(token).catch(() => {}), TRY_AGAIN_AFTER);
    // A program that has nothing else to do ends.
    /** @type {any} */ (this.#again).unref?.();
  }

  /**
   * Without a claim of their own, of a store that has none, another tab may have won the same race a moment ago: its
   * pair appears in the store.
   * @param {import('../fastroom.js').TokenPair} refused
   */
  async #anotherTabs(refused) {
    for (let look = 0; look < 5; look++) {
      const now = this.#stored();
      if (now?.refresh_token !== refused.refresh_token) return now;
      if (this.#store.key === null) break;
      await pause(300);
    }
    return null;
  }

  #stored() {
    return asPair(this.#store.read());
  }

  /** @param {import('../fastroom.js').TokenPair} pair */
  #taken(pair) {
    const taken = this.#adopt(pair);
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
    else if (pair && pair.access_token !== before?.access_token) this._emit('renewed', pair.access_token);
    return this.#pair;
  }
}

/** @param {any} answer */
function newPair(answer) {
  const pair = asPair(pairOf(answer ?? {}));
  if (!pair) throw new FastRoomError('The server did not answer with tokens');
  return pair;
}
