// @ts-check

/** What the server refused: `status` and `errors` of a call, `code` of a socket error; or `unreachable`, status 0. */
export class FastRoomError extends Error {
  /**
   * @param {string} message
   * @param {{
   *   status?: number,
   *   code?: string | null,
   *   errors?: import('../fastroom.js').FieldError[],
   *   retryAfter?: number | null,
   *   cause?: unknown,
   * }} [facts]
   */
  constructor(message, { status = 0, code = null, errors = [], retryAfter = null, cause } = {}) {
    super(message, { cause });
    this.name = 'FastRoomError';
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

export const unauthorized = (/** @type {string} */ message) =>
  new FastRoomError(message, { status: 401, code: 'unauthorized' });

export const unreachable = (/** @type {unknown} */ cause) =>
  new FastRoomError('The server cannot be reached', { code: 'unreachable', cause });

/** The code of what was asked on a socket that has closed before the answer; it never leaves the client. */
export const DISCONNECTED = 'disconnected';

const TEMPORARY = new Set(['rate_limited', 'busy', 'unavailable', 'internal']);

/** Whether the same may succeed a moment later. */
export const isTemporary = (/** @type {string} */ code) => TEMPORARY.has(code);

/**
 * What the server answered on the socket, or that the answer was lost.
 * @param {{ code: string, message?: string }} answer
 */
export function refusalOf({ code, message = '' }) {
  if (code !== DISCONNECTED) return new FastRoomError(message, { code });
  return new FastRoomError('The connection was lost', { code: 'unreachable' });
}
