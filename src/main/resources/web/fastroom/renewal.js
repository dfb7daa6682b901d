// @ts-check
import { LONGEST_TIMER, LONGEST_WAIT } from './time.js';

const RENEW_BEFORE = 60_000;

/** Renews the token before it expires, for as long as the socket that uses it is open. */
export class Renewal {
  #session;
  #random;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import('./session.js').Session | import('./given.js').GivenToken} session
   * @param {() => number} random
   */
  constructor(session, random) {
    this.#session = session;
    this.#random = random;
  }

  start() {
    const { token, expiresAt } = this.#session;
    this.stop();
    if (token === null || expiresAt === null) return;
    const left = expiresAt - Date.now();
    // Each tab at a moment of its own, so that the first one spares the others the call.
    const before = Math.min(RENEW_BEFORE, left / 5) * (1 + this.#random());
    // A socket that is still open past the end has a server whose clock is another one: there is no haste.
    const wait = Math.min(Math.max(left - before, left > 0 ? 1000 : LONGEST_WAIT), LONGEST_TIMER);
    const timer = setTimeout(async () => {
      if (wait < LONGEST_TIMER) await this.#session.renew(token).catch(() => {});
      // Tried again when there was no new one; a renewed token has started its own timer.
      if (this.#timer === timer && this.#session.token === token) this.start();
    }, wait);
    this.#timer = timer;
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
