// @ts-check

/** Listeners by the type of event. */
export class Emitter {
  /** @type {Map<string, Set<(event: any) => void>>} */
  #listeners = new Map();

  /**
   * Calls `listener` at every event of this type; the returned function ends that.
   * @param {string} type
   * @param {(event: any) => void} listener
   * @returns {() => void}
   */
  on(type, listener) {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /**
   * @param {string} type
   * @param {unknown} [event]
   */
  _emit(type, event) {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        // A listener's fault is its own: it must surface, but not stop the frames behind it.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
