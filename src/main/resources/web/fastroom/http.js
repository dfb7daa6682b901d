// @ts-check
import { FastRoomError } from './errors.js';
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
      throw new FastRoomError('The server cannot be reached', { code: 'unreachable', cause });
    } finally {
      clearTimeout(timer);
    }
  }
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
