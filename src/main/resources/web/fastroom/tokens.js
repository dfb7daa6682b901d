// @ts-check

/**
 * Who an access token speaks for, by its own claims; null when it is no token.
 * @param {string} token
 * @returns {import('../fastroom.js').Identity | null}
 */
export function ownerOf(token) {
  try {
    const { uid, sub } = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
    return Number.isInteger(uid) && typeof sub === 'string' && sub ? { id: uid, username: sub } : null;
  } catch {
    return null;
  }
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
