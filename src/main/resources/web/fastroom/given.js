// @ts-check
import { Bearer } from './bearer.js';
import { FastRoomError, unauthorized } from './errors.js';
import { read } from './http.js';
import { within } from './time.js';
import { endOf } from './tokens.js';

const ANSWER_WITHIN = 30_000;
/** What goes into a header and a subprotocol alike. */
const TOKEN = /^[\w.~+-]+$/;
/** The code of what a key may not do, which says nothing against the key. */
const NOT_FOR_THIS = 'forbidden_scope';

/**
 * A token that the program gives, a key or one of an identity provider, and the calls made with it. Each new one is shown to
 * the server before it is used, which says whose it is. After a refusal it is asked for once more, and a second one in a
 * row, of the same token or another, is the end.
 */
export class GivenToken extends Bearer {
  /** @type {string | null} */
  token = null;
  /** @type {number | null} */
  expiresAt = null;
  /** @type {import('../fastroom.js').Identity | null} */
  me = null;

  #give;
  #over = false;
  /** The last token that was refused, if none was taken since. @type {string | null} */
  #refused = null;
  /** @type {Promise<string> | null} */
  #renewing = null;

  /**
   * @param {import('./http.js').Http} http
   * @param {NonNullable<import('../fastroom.js').Options['token']>} token
   */
  constructor(http, token) {
    super(http);
    this.#give = typeof token === 'function' ? token : () => token;
    if (typeof token !== 'function') checked(token);
  }

  /** @returns {Promise<never>} */
  async register() {
    throw new TypeError('A client that is given its `token` does not register');
  }

  /** @returns {Promise<never>} */
  async signIn() {
    throw new TypeError('A client that is given its `token` does not sign in');
  }

  /** The token is not ours to end. */
  async signOut() {
    this.#end();
  }

  /**
   * @override
   * @param {string | null} [rejected]
   */
  async fresh(rejected = null) {
    if (this.token === rejected && rejected !== null) [this.token, this.#refused] = [null, rejected];
    const isPast = this.expiresAt !== null && this.expiresAt <= Date.now();
    return this.token === null || isPast ? this.renew() : this.token;
  }

  /** Asks for another token, once for all who want one. */
  renew() {
    this.#renewing ??= this.#next().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #next() {
    for (;;) {
      const refused = this.#refused;
      const token = await this.#given(refused);
      // Whoever has answered did not know yet what was refused meanwhile.
      if (refused !== this.#refused) continue;
      if (token === this.token) return token;
      const error = await this.#shown(token);
      if (!error) return token;
      // While the one before lasts, a better one may come.
      if (this.token === null && refused !== null) this.#end();
      if (this.token !== null || this.#over) throw error;
      this.#refused = token;
    }
  }

  /** @param {string | null} refused */
  async #given(refused) {
    this.#stillWanted();
    try {
      return checked(await within(ANSWER_WITHIN, () => this.#give(refused)));
    } catch (cause) {
      throw new FastRoomError('No token could be had', { code: 'unreachable', cause });
    } finally {
      this.#stillWanted();
    }
  }

  /**
   * Takes the token if the server does; answers why it does not.
   * @param {string} token
   * @returns {Promise<unknown>}
   */
  async #shown(token) {
    const answer = await this._http.request('GET', '/users/me', { token });
    this.#stillWanted();
    const { code } = /** @type {any} */ (answer.json) ?? {};
    try {
      this.#take(token, code === NOT_FOR_THIS ? null : read(answer));
      return null;
    } catch (error) {
      // Without a code it is a proxy's own.
      if (answer.status === 401 || (answer.status === 403 && code)) return error;
      throw error;
    }
  }

  /**
   * @param {string} token
   * @param {import('../fastroom.js').AccountJson | null} account
   */
  #take(token, account) {
    // What was opened as one user must never go on as another.
    if (account && this.me && account.id !== this.me.id) {
      this.#end();
      throw unauthorized('The token is somebody else’s');
    }
    [this.token, this.#refused] = [token, null];
    if (account) this.me = { id: account.id, username: account.username };
    const end = endOf(token);
    // By a clock that is wrong: the server has just taken it.
    this.expiresAt = end !== null && end > Date.now() ? end : null;
    this._emit('renewed', token);
  }

  #stillWanted() {
    if (this.#over) throw unauthorized('The token was given up, or refused: a new client takes another one');
  }

  #end() {
    if (this.#over) return;
    this.#over = true;
    [this.token, this.me, this.expiresAt] = [null, null, null];
    this._emit('ended');
  }
}

/** @param {unknown} token @returns {string} */
function checked(token) {
  // It must not stand in the message.
  if (typeof token === 'string' && TOKEN.test(token)) return token;
  throw new TypeError('`token` is no token, nor a function that answers one');
}
