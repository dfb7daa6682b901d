// @ts-check
import { Emitter } from './emitter.js';

/** The REST calls that need no session. */
export class OpenCalls extends Emitter {
  /**
   * A call that needs no session.
   * @param {string} _method
   * @param {string} _path
   * @param {object} [_body]
   * @returns {Promise<any>}
   */
  _open(_method, _path, _body) {
    throw new Error('The client makes the calls');
  }

  /** Whether the server answers. */
  getHealth() {
    return this._open('GET', '/health');
  }

  /**
   * Asks for a letter with a link to choose a new password.
   * @param {string} email
   */
  forgotPassword(email) {
    return this._open('POST', '/password/forgot', { email });
  }

  /**
   * Chooses a new password; every login of the account ends.
   * @param {string} token of the letter's link
   * @param {string} password
   */
  resetPassword(token, password) {
    return this._open('POST', '/password/reset', { token, password });
  }

  /**
   * Proves an e-mail.
   * @param {string} token of the letter's link
   */
  verifyEmail(token) {
    return this._open('POST', '/email/verify', { token });
  }
}
