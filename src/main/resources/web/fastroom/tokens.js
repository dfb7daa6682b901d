// @ts-check

/**
 * Who an access token speaks for, by its own claims.
 * @param {string} token
 * @returns {import('../fastroom.js').Identity}
 */
export function ownerOf(token) {
  const { uid, sub } = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
  return { id: uid, username: sub };
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
