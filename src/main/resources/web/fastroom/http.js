// @ts-check
import { FastRoomError } from './errors.js';

const ANSWER_WITHIN = 15_000;

/** One call to the server. */
export class Http {
  #url;
  #fetch;

  /**
   * @param {string} url
   * @param {typeof fetch} fetch
   */
  constructor(url, fetch) {
    this.#url = url;
    this.#fetch = fetch;
  }

  /**
   * The answer, whatever its status; rejects with `unreachable` when there is none.
   * @param {string} method
   * @param {string} path
   * @param {{ body?: object, token?: string, within?: number, keepalive?: boolean }} [options]
   */
  async request(method, path, { body, token, within = ANSWER_WITHIN, keepalive = false } = {}) {
    const form = body instanceof URLSearchParams;
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json' };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body && !form) headers['Content-Type'] = 'application/json';
    const text = !body || form ? body : JSON.stringify(body);
    const signal = AbortSignal.timeout(within);
    try {
      return await this.#fetch(this.#url + path, { method, headers, body: text, signal, cache: 'no-store', keepalive });
    } catch (cause) {
      throw new FastRoomError('The server cannot be reached', { code: 'unreachable', cause });
    }
  }
}

/**
 * The JSON of a good answer, null when it is empty; rejects with the server's words otherwise.
 * @param {Response} answer
 * @returns {Promise<any>}
 */
export async function read(answer) {
  const text = await answer.text();
  if (answer.ok) return text ? JSON.parse(text) : null;
  /** @type {any} */
  let problem = {};
  try {
    problem = JSON.parse(text);
  } catch {
    /* A proxy's own error page: the status says enough. */
  }
  throw new FastRoomError(problem.detail ?? problem.title ?? `The server answered ${answer.status}`, {
    status: answer.status,
    errors: problem.errors,
    retryAfter: Number(answer.headers.get('Retry-After')) || null,
  });
}
