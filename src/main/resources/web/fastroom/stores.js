// @ts-check

/**
 * Keeps the token pair in memory: a session that ends with the process.
 * @param {import('../fastroom.js').TokenPair | null} [pair]
 * @returns {import('../fastroom.js').TokenStore}
 */
export function memoryStore(pair = null) {
  return {
    key: null,
    read: () => pair,
    write: (next) => {
      pair = next;
    },
    watch: () => {},
  };
}

/**
 * Keeps the token pair in localStorage under `key`, shared by all tabs that use the same key.
 * @param {string} key
 * @returns {import('../fastroom.js').TokenStore}
 */
export function browserStore(key) {
  return {
    key,
    read: () => JSON.parse(localStorage.getItem(key) ?? 'null'),
    write: (pair) => (pair ? localStorage.setItem(key, JSON.stringify(pair)) : localStorage.removeItem(key)),
    watch: (listener) => addEventListener('storage', (e) => (e.key === key || e.key === null) && listener()),
  };
}
