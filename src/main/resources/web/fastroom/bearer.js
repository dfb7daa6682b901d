// @ts-check
import { Emitter } from './emitter.js';
import { nextCursor, read, refused } from './http.js';

/** The calls, with a token that is renewed in time. Emits `renewed` (the token) and `ended`. */
export class Bearer extends Emitter {
  _http;

  /** @param {import('./http.js').Http} http */
  constructor(http) {
    super();
    this._http = http;
  }

  /**
   * The token, renewed when it is past its time or is the `rejected` one.
   * @param {string | null} [_rejected]
   * @returns {Promise<string>}
   */
  fresh(_rejected) {
    throw new Error('Whoever has the token says it');
  }

  /**
   * A call without a token.
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async open(method, path, body) {
    return read(await this._http.request(method, path, { body }));
  }

  /**
   * A call with the token, renewed when the server does not take it any more.
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async call(method, path, body) {
    return (await this.answer(method, path, body)).json;
  }

  /**
   * The same with the cursor of the next page, where a header has it.
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async answer(method, path, body) {
    const answer = await this.#twice((token) => this._http.request(method, path, { body, token }));
    return { json: read(answer), next: nextCursor(answer.link) };
  }

  /**
   * A good answer that is read as it comes, however long it takes.
   * @param {string} path
   * @param {{ headers?: Record<string, string>, signal?: AbortSignal | undefined }} [options]
   */
  async read(path, options = {}) {
    const answer = await this.#twice((token) => this._http.open(path, { ...options, token }));
    return answer.ok ? answer : refused(answer);
  }

  /**
   * @template {{ status: number }} T
   * @param {(token: string) => Promise<T>} ask
   */
  async #twice(ask) {
    const token = await this.fresh();
    const answer = await ask(token);
    return answer.status === 401 ? ask(await this.fresh(token)) : answer;
  }
}
