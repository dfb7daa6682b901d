// @ts-check
import { LONGEST_TIMER } from './time.js';

const RENEW_BEFORE = 60_000;

/** Renews the token before it expires, for as long as the socket that uses it is open. */
export class Renewal {
  #session;
  #random;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import('./session.js').Session} session
   * @param {() => number} random
   */
  constructor(session, random) {
    this.#session = session;
    this.#random = random;
  }

  start() {
    const [token, left] = [this.#session.token, (this.#session.expiresAt ?? 0) - Date.now()];
    this.stop();
    if (token === null) return;
    // Each tab at a moment of its own, so that the first one spares the others the call.
    const before = Math.min(RENEW_BEFORE, left / 5) * (1 + this.#random());
    const wait = Math.min(Math.max(left - before, 1000), LONGEST_TIMER);
    const timer = setTimeout(async () => {
      try {
        if (wait < LONGEST_TIMER) await this.#session.renew(token);
      } catch (error) {
        if (/** @type {any} */ (error).status === 401) return;
      }
      // Tried again when the server was away; a renewed token has started its own timer.
      if (this.#timer === timer && this.#session.token === token) this.start();
    }, wait);
    this.#timer = timer;
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
