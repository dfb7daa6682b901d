// @ts-check

/** Browsers fire a timer beyond this at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** Between two tries. */
export const LONGEST_WAIT = 30_000;

export const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/**
 * What the action answers, if it does in time.
 * @template T
 * @param {number} ms
 * @param {() => T | Promise<T>} action
 * @returns {Promise<T>}
 */
export async function within(ms, action) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([action(), /** @type {Promise<never>} */ (late)]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * How long to stay away from the server, in ms: restarts are spread over a second, refusals wait longer, failures back
 * off up to 30 s.
 * @param {number | null} code the close code, null when there was none
 * @param {number} failures in a row before this one
 * @param {number} random from 0 to 1
 */
export function waitAfter(code, failures, random) {
  const longest = Math.min(LONGEST_WAIT, 1000 * 2 ** failures);
  if (code === 1008 || code === 1013) return Math.max(5000, longest) * (0.5 + random);
  return failures === 0 ? random * 1000 : longest * (0.5 + random / 2);
}
