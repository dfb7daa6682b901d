// @ts-check
import { unreachable } from './errors.js';

/** @typedef {import('./api.js').components['schemas']} Schemas */

/** The caller's own account: profile, password, logins and keys. */
export class AccountCalls {
  #call;
  #read;

  /**
   * @param {import('./calls.js').Call} call
   * @param {(path: string) => Promise<Response>} read
   */
  constructor(call, read) {
    this.#call = call;
    this.#read = read;
  }

  get() {
    return this.#call('GET', '/users/me');
  }

  /** @param {Schemas['AccountChange']} change null clears a field */
  update(change) {
    return this.#call('PATCH', '/users/me', change);
  }

  /** Sends another letter with the link by which the e-mail is verified. */
  sendVerification() {
    return this.#call('POST', '/users/me/email/verify');
  }

  /**
   * Ends all other logins.
   * @param {string} current
   * @param {string} next
   */
  changePassword(current, next) {
    return this.#call('POST', '/users/me/password', { current_password: current, new_password: next });
  }

  /**
   * Deletes the account; messages stay, without its name.
   * @param {Schemas['AccountDeletion']} proof the password, or `confirm` with the username where there is none
   */
  delete(proof) {
    return this.#call('DELETE', '/users/me', proof);
  }

  /**
   * Everything that is kept about the caller, however long it takes.
   * @returns {Promise<Schemas['Export']>}
   */
  async export() {
    const answer = await this.#read('/users/me/export');
    return answer.json().catch((cause) => {
      throw unreachable(cause);
    });
  }

  listSessions() {
    return this.#call('GET', '/users/me/sessions');
  }

  /** @param {number} sessionId */
  endSession(sessionId) {
    return this.#call('DELETE', `/users/me/sessions/${sessionId}`);
  }

  /** Signs out everywhere but here. */
  endOtherSessions() {
    return this.#call('DELETE', '/users/me/sessions');
  }

  listKeys() {
    return this.#call('GET', '/users/me/keys');
  }

  /** @param {Schemas['NewKey']} key */
  createKey(key) {
    return this.#call('POST', '/users/me/keys', key);
  }

  /** @param {number} keyId */
  deleteKey(keyId) {
    return this.#call('DELETE', `/users/me/keys/${keyId}`);
  }
}
