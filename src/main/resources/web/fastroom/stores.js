// @ts-check
import { alone } from './claim.js';
import { local, parsed } from './storage.js';
import { asPair } from './tokens.js';

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
 * Keeps the token pair in localStorage under `key`, shared by all tabs that use the same key. What stands there and is
 * no pair is removed; where the browser refuses to keep it, the session ends with the page.
 * @param {string} key
 * @returns {import('../fastroom.js').TokenStore}
 */
export function browserStore(key) {
  const claim = `refresh:${key}`;
  return {
    key,
    read: () => {
      const text = local.get(key);
      const pair = asPair(parsed(text));
      if (text !== null && pair === null) local.remove(key);
      return pair;
    },
    write: (pair) => {
      if (pair) return local.set(key, JSON.stringify(pair));
      local.remove(key);
      local.remove(claim);
    },
    watch: (listener) => local.watch(key, listener),
    exclusive: (action) => alone(claim, action),
  };
}
