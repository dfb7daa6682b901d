// @ts-check
import { FastRoomError, unreachable } from './errors.js';
import { parsed } from './storage.js';

const ANSWER_WITHIN = 15_000;
const NO_STORE = /** @type {RequestCache} */ ('no-store');

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
   * The whole answer, whatever its status; rejects with `unreachable` when there is none.
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
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), within);
    try {
      const options = { method, headers, body: text, signal: late.signal, cache: NO_STORE, keepalive };
      const answer = await this.#fetch(this.#url + path, options);
      const { status, ok } = answer;
      const [retryAfter, link] = ['Retry-After', 'Link'].map((name) => answer.headers.get(name));
      return { status, ok, json: parsed(await answer.text()), retryAfter: Number(retryAfter), link };
    } catch (cause) {
      throw unreachable(cause);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * The answer itself, of which only the beginning has to come in time; rejects with `unreachable` when it does not.
   * @param {string} path
   * @param {{ token: string, headers?: Record<string, string>, signal?: AbortSignal | undefined }} options
   */
  async open(path, { token, headers, signal }) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_WITHIN);
    signal?.addEventListener('abort', () => late.abort(signal.reason));
    try {
      signal?.throwIfAborted();
      const options = { headers: { ...headers, Authorization: `Bearer ${token}` }, signal: late.signal, cache: NO_STORE };
      return await this.#fetch(this.#url + path, { method: 'GET', ...options });
    } catch (cause) {
      throw unreachable(cause);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The same of an answer that was opened and is not good. @param {Response} answer @returns {Promise<any>} */
export async function refused(answer) {
  const retryAfter = Number(answer.headers.get('Retry-After'));
  return read({ status: answer.status, ok: false, json: parsed(await answer.text()), retryAfter });
}

/**
 * The JSON of a good answer, null when it is empty; throws the server's words otherwise.
 * @param {{ status: number, ok: boolean, json: any, retryAfter: number }} answer
 * @returns {any}
 */
export function read({ status, ok, json, retryAfter }) {
  if (ok) return json;
  // Null for a proxy's own error page: the status says enough.
  const { detail, title, code, errors } = json ?? {};
  const words = detail ?? title ?? `The server answered ${status}`;
  throw new FastRoomError(words, { status, code, errors, retryAfter: retryAfter || null });
}

/**
 * The cursor of the page that a `Link` header names, null when there is no next one.
 * @param {string | null} link
 */
export function nextCursor(link) {
  const next = link?.match(/<([^>]*)>; *rel="?next"?/)?.[1];
  return next ? new URL(next, 'http://any').searchParams.get('cursor') : null;
}
