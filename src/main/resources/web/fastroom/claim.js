// @ts-check
import { uuid } from './shapes.js';
import { local, parsed } from './storage.js';
import { pause } from './time.js';

const LASTS = 20_000;
const SETTLES = 150;
const LOOK_EVERY = 200;

/**
 * Runs the action while no other tab runs one of the same name. Browsers have Web Locks for it on secure origins only;
 * elsewhere a tab writes its claim into the storage and looks a moment later whether it is still its own.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} action takes less than 20 s
 * @returns {Promise<T>}
 */
export async function alone(name, action) {
  let started = false;
  try {
    const locks = globalThis.navigator?.locks;
    const run = () => {
      started = true;
      return action();
    };
    if (locks) return await locks.request(name, run);
  } catch (error) {
    // A browser that refuses storage refuses locks, too.
    if (started) throw error;
  }
  const mine = uuid();
  await claim(name, mine);
  try {
    return await action();
  } finally {
    if (holder(name) === mine) local.remove(name);
  }
}

/**
 * @param {string} name
 * @param {string} mine
 */
async function claim(name, mine) {
  while (holder(name) !== mine) {
    if (holder(name) === null) {
      local.set(name, JSON.stringify({ by: mine, until: Date.now() + LASTS }));
      await pause(SETTLES);
    } else {
      await pause(LOOK_EVERY);
    }
  }
}

/**
 * Who holds the claim; null when nobody does, or whoever did has gone without giving it back.
 * @param {string} name
 * @returns {string | null}
 */
function holder(name) {
  const { by, until } = /** @type {any} */ (parsed(local.get(name))) ?? {};
  const now = Date.now();
  return typeof by === 'string' && until > now && until <= now + LASTS ? by : null;
}
