/**
 * Which account this window speaks for, and what the page remembers for it. Tabs of one account share its tokens; a
 * window may sign in as someone else without touching the others.
 */
import { browserStore } from '../fastroom.js';

const TOKENS = 'fastroom:tokens:';
const MEMORY = 'fastroom:memory:';
const WINDOW = 'fastroom:account';
const LAST = 'fastroom:last';

/** The account this window continues with, or null. A page opened with `?new` starts without one. */
export function accountOfWindow() {
  if (new URLSearchParams(location.search).has('new')) {
    sessionStorage.setItem(WINDOW, '');
    history.replaceState(null, '', location.pathname + location.hash);
  }
  const name = sessionStorage.getItem(WINDOW) ?? localStorage.getItem(LAST);
  return name && tokensOf(name).read() ? name : null;
}

/** Accounts that are signed in somewhere in this browser. */
export function signedInAccounts() {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(TOKENS))
    .map((key) => key.slice(TOKENS.length))
    .sort();
}

export const tokensOf = (username) => browserStore(TOKENS + username);

export function useAccount(username) {
  sessionStorage.setItem(WINDOW, username);
  localStorage.setItem(LAST, username);
}

/** This window has no account any more; others keep theirs. */
export function leaveAccount() {
  sessionStorage.setItem(WINDOW, '');
}

/** Rooms joined and how far each was read: { rooms: { [id]: name }, read: { [id]: seq } }. */
export function memoryOf(username) {
  const load = () => ({ rooms: {}, read: {}, ...JSON.parse(localStorage.getItem(MEMORY + username) ?? '{}') });
  return {
    load,
    /** Other windows of the account write too: each change starts from what is there now. */
    change(edit) {
      const memory = load();
      edit(memory);
      localStorage.setItem(MEMORY + username, JSON.stringify(memory));
    },
  };
}
