// @ts-check

/**
 * A storage of the browser that never throws. What the browser refuses to keep (no storage for this site, no room left)
 * lives as long as the page.
 */
class Storing {
  #open;
  /** @type {Map<string, string>} */
  #refused = new Map();

  /** @param {() => Storage} open throws where the browser refuses it altogether */
  constructor(open) {
    this.#open = open;
  }

  /**
   * @param {string} key
   * @returns {string | null}
   */
  get(key) {
    return this.#refused.get(key) ?? this.#attempt((storage) => storage.getItem(key)) ?? null;
  }

  /**
   * @param {string} key
   * @param {string} text
   */
  set(key, text) {
    const kept = this.#attempt((storage) => {
      storage.setItem(key, text);
      return true;
    });
    // What was there before is out of date and must not come back with the next page.
    if (!kept) this.remove(key);
    if (!kept) this.#refused.set(key, text);
    else this.#refused.delete(key);
  }

  /** @param {string} key */
  remove(key) {
    this.#refused.delete(key);
    this.#attempt((storage) => storage.removeItem(key));
  }

  /** @returns {string[]} */
  keys() {
    return [...new Set([...this.#refused.keys(), ...(this.#attempt((storage) => Object.keys(storage)) ?? [])])];
  }

  /**
   * Calls the listener when another tab has changed the key.
   * @param {string} key
   * @param {() => void} listener
   */
  watch(key, listener) {
    addEventListener('storage', (e) => {
      if (e.key !== key && e.key !== null) return;
      this.#refused.delete(key);
      listener();
    });
  }

  /**
   * @template T
   * @param {(storage: Storage) => T} action
   */
  #attempt(action) {
    try {
      return action(this.#open());
    } catch {
      return undefined;
    }
  }
}

/** Shared by all tabs. */
export const local = new Storing(() => localStorage);
/** This tab's own. */
export const ofTab = new Storing(() => sessionStorage);

/**
 * What a stored text means, null when it is no JSON.
 * @param {string | null} text
 * @returns {unknown}
 */
export function parsed(text) {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
