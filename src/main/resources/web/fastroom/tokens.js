// @ts-check

/**
 * What a token says of itself; nothing when it is none that can be read.
 * @param {string} token
 * @returns {{ [claim: string]: unknown }}
 */
function claimsOf(token) {
  try {
    return JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))) ?? {};
  } catch {
    return {};
  }
}

/**
 * Who an access token of the server's own speaks for; null when it is none.
 * @param {string} token
 * @returns {import('../fastroom.js').Identity | null}
 */
export function ownerOf(token) {
  const { uid, sub } = claimsOf(token);
  return Number.isInteger(uid) && typeof sub === 'string' && sub ? { id: /** @type {number} */ (uid), username: sub } : null;
}

/**
 * When a token ends, in ms since the epoch; null when it does not say.
 * @param {string} token
 */
export function endOf(token) {
  const { exp } = claimsOf(token);
  return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : null;
}

/**
 * The answer of `/token` or `/refresh` in the form in which it is stored.
 * @param {any} answer
 * @returns {import('../fastroom.js').TokenPair}
 */
export function pairOf(answer) {
  return {
    access_token: answer.access_token,
    refresh_token: answer.refresh_token,
    expires_at: Date.now() + answer.expires_in * 1000,
  };
}

/**
 * What a store holds, if it is a pair: other versions, other programs and people write there, too.
 * @param {any} value
 * @returns {import('../fastroom.js').TokenPair | null}
 */
export function asPair(value) {
  const { access_token: access, refresh_token: refresh, expires_at: end } = value ?? {};
  const whole = typeof access === 'string' && typeof refresh === 'string' && refresh !== '' && Number.isFinite(end);
  return whole && ownerOf(access) ? { access_token: access, refresh_token: refresh, expires_at: end } : null;
}
