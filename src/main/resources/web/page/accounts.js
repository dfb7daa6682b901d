/**
 * Which account this window speaks for, and what the page remembers for it. Tabs of one account share its tokens; a
 * window may sign in as someone else without touching the others. Whatever stands in the browser's storage may be of
 * another version, of another program or broken: what cannot be used is not there.
 */
import { browserStore } from '../fastroom.js';
import { local, ofTab, parsed } from '../fastroom/storage.js';
import { ownerOf } from '../fastroom/tokens.js';

const TOKENS = 'fastroom:tokens:';
const MEMORY = 'fastroom:memory:';
const WINDOW = 'fastroom:account';
const LAST = 'fastroom:last';
/** What is kept for an account besides; a username has no colon. */
const KEPT = /^fastroom:kept-[a-z]+:(.*)$/s;

/** The account this window continues with, or null. A page opened with `?new` starts without one. */
export function accountOfWindow() {
  forgetUnknown();
  if (new URLSearchParams(location.search).has('new')) {
    ofTab.set(WINDOW, '');
    history.replaceState(null, '', location.pathname + location.hash);
  }
  const name = ofTab.get(WINDOW) ?? local.get(LAST);
  return name && isSignedIn(name) ? name : null;
}

/** Accounts that are signed in somewhere in this browser. */
export function signedInAccounts() {
  return local
    .keys()
    .filter((key) => key.startsWith(TOKENS))
    .map((key) => key.slice(TOKENS.length))
    .filter(isSignedIn)
    .sort();
}

export const tokensOf = (username) => browserStore(TOKENS + username);

/** Whether the tokens kept under this name are there, and its own. */
function isSignedIn(username) {
  const pair = tokensOf(username).read();
  return pair !== null && ownerOf(pair.access_token).username === username;
}

export function useAccount(username) {
  ofTab.set(WINDOW, username);
  local.set(LAST, username);
}

/** This window has no account any more; others keep theirs. */
export function leaveAccount() {
  ofTab.set(WINDOW, '');
}

/**
 * What the page keeps for an account under a name of its own (letters), until it signs out. `read` answers what stands
 * there, whatever it is; null when nothing does. `write(null)` removes it.
 */
export function keptFor(username, what) {
  const key = `fastroom:kept-${what}:${username}`;
  return {
    read: () => parsed(local.get(key)),
    write: (value) => {
      if (value === null) local.remove(key);
      // Another tab may have signed out a moment ago: then this one leaves nothing behind.
      else if (isSignedIn(username)) local.set(key, JSON.stringify(value));
    },
  };
}

/** Of accounts that are not signed in any more, however that came about. */
function forgetUnknown() {
  for (const key of local.keys()) {
    const username = key.match(KEPT)?.[1];
    if (username !== undefined && !isSignedIn(username)) local.remove(key);
  }
}

/** The account has signed out: nothing of it stays in this browser. */
export function forgetAccount(username) {
  // Version 0.1 kept here how far each room was read.
  local.remove(MEMORY + username);
  for (const key of local.keys()) if (key.match(KEPT)?.[1] === username) local.remove(key);
  if (local.get(LAST) === username) local.remove(LAST);
  // The empty mark keeps this window from going on as somebody else who is still signed in.
  if (signedInAccounts().length > 0) leaveAccount();
  else ofTab.remove(WINDOW);
}
