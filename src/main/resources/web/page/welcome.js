/** The first page: create an account, sign in, or go on as someone this browser already knows. */
import { FastRoom, memoryStore } from '../fastroom.js';
import { signedInAccounts, tokensOf } from './accounts.js';
import { $, avatar, el, hasPasswords } from './dom.js';

const FIELDS = ['username', 'password', 'email', 'full-name', 'invite'];
const INVITE = new URLSearchParams(location.search).get('invite') ?? '';
let registering = true;

/** Shows the page until an account is chosen, then calls `enter(username)`. */
export function showWelcome(enter) {
  document.title = 'FastRoom';
  $('welcome').hidden = false;
  $('app').hidden = true;
  $('tab-register').onclick = () => choose(true);
  $('tab-signin').onclick = () => choose(false);
  $('account-form').onsubmit = (e) => submit(e, enter);
  const known = signedInAccounts();
  $('known-accounts').hidden = known.length === 0;
  $('known-accounts').replaceChildren(
    el('h3', {}, 'Signed in on this device'),
    ...known.map((name) =>
      el(
        'button',
        { type: 'button', onclick: () => go(name, enter) },
        avatar(name),
        el('span', {}, 'Continue as ', el('b', {}, name)),
      ),
    ),
  );
  $('provider').hidden = hasPasswords();
  $('account-tabs').hidden = $('account-form').hidden = !hasPasswords();
  if (!hasPasswords()) {
    $('welcome-title').textContent = 'Sign in';
    return;
  }
  $('invite').value = INVITE;
  choose(registering);
  $('username').focus();
}

function choose(register) {
  registering = register;
  const title = register ? 'Create account' : 'Sign in';
  $('tab-register').setAttribute('aria-pressed', register);
  $('tab-signin').setAttribute('aria-pressed', !register);
  $('welcome-title').textContent = title;
  $('account-submit').textContent = title;
  $('password').autocomplete = register ? 'new-password' : 'current-password';
  for (const id of ['username-hint', 'password-hint', 'optional']) $(id).hidden = !register;
  $('invited').hidden = !register || !$('invite').value;
  $('forgot-password').hidden = register;
  showErrors([]);
}

async function submit(event, enter) {
  event.preventDefault();
  const { username, password, email, fullName, invite } = Object.fromEntries(new FormData($('account-form')));
  showErrors([]);
  if (!username.trim() || !password) {
    return showErrors([[username.trim() ? 'password' : 'username', 'Please fill this in.']]);
  }
  if (registering) {
    // The server's own rules, told before it is asked.
    const wrong = [];
    if (!/^[a-z0-9_.]{3,32}$/.test(normal(username)))
      wrong.push(['username', 'Use 3 to 32 letters (a to z), digits, dots or underscores.']);
    if ([...password].length < 8 || [...password].length > 128) wrong.push(['password', 'Use 8 to 128 characters.']);
    if (wrong.length) return showErrors(wrong);
  }
  $('account-submit').disabled = true;
  try {
    const store = memoryStore();
    const client = new FastRoom({ store });
    const account = { username, password, email: email.trim(), fullName: fullName.trim(), invite: invite.trim() };
    if (registering) await client.register(account);
    await client.signIn(username, password);
    tokensOf(client.me.username).write(store.read());
    $('account-form').reset();
    go(client.me.username, enter);
  } catch (error) {
    if (error.name !== 'FastRoomError') throw error;
    if (error.code === 'invite_required') return askForInvite(error.message);
    showErrors(
      error.errors.map(({ pointer = '', detail }) => [pointer.slice(1).replace('_', '-'), detail]),
      error.message,
    );
  } finally {
    $('account-submit').disabled = false;
  }
}

function askForInvite(why) {
  $('invited').hidden = false;
  showErrors([['invite', why]]);
}

const normal = (name) =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_')
    .replace(/^_+|_+$/g, '');

function go(username, enter) {
  $('welcome').hidden = true;
  enter(username);
}

/** What has a field of its own is told there, the rest below the form. */
function showErrors(errors, otherwise = '') {
  const known = new Map(errors.filter(([field]) => FIELDS.includes(field)));
  for (const field of FIELDS) {
    const line = $(`${field}-error`);
    line.textContent = known.get(field) ?? '';
    line.hidden = !known.has(field);
    $(field).setAttribute('aria-invalid', known.has(field));
  }
  $('form-error').textContent = otherwise;
  $('form-error').hidden = known.size > 0 || !otherwise;
  const first = FIELDS.find((field) => known.has(field));
  if (first) $(first).focus();
}
