/** The account of the signed-in user: profile, password, logins, keys, and its end. */
import { el, hasPasswords } from './dom.js';
import { makeForm } from './forms.js';
import { showKeys } from './keys.js';
import { PagedList } from './lists.js';
import { openDialog } from './overlay.js';
import { openPanel } from './panel.js';
import { agoOf, fullOf } from './times.js';

export function openAccount(app) {
  const { account } = app.client;
  openPanel('Account', [
    { label: 'Profile', show: (panel) => profile(panel, app) },
    ...(hasPasswords() ? [{ label: 'Password', show: (panel) => password(panel, app) }] : []),
    { label: 'Sessions', show: (panel) => sessions(panel, account) },
    {
      label: 'Keys',
      show: (panel) => showKeys(panel, { calls: account, admin: app.isAdmin, intro: 'Keys let programs in as you.' }),
    },
    { label: 'Delete', show: (panel) => deletion(panel, app) },
  ]);
}

async function profile(panel, { client, loadAccount }) {
  await panel.attempt(async () => {
    const me = await loadAccount();
    const given = me.new_email ?? me.email ?? '';
    panel.body.replaceChildren(
      makeForm({
        prefix: 'panel',
        before: [el('p', { class: 'hint' }, `You are ${me.username}, since ${fullOf(me.created_at)}.`)],
        fields: [
          { name: 'full_name', label: 'Full name', value: me.full_name, maxlength: 255, autocomplete: 'name' },
          {
            name: 'email',
            label: 'E-mail',
            type: 'email',
            value: given,
            hint: proofOf(me),
            maxlength: 254,
            autocomplete: 'email',
          },
        ],
        action: 'Save',
        buttons: me.email_verified && !me.new_email ? [] : againButton(panel, client, given),
        submit: async ({ full_name: name, email }) => {
          // One that waits for its link is asked for again only when it is another one.
          await client.account.update({ full_name: name || null, ...(email === given ? {} : { email: email || null }) });
          await profile(panel, { client, loadAccount });
          panel.say('Your profile is saved.');
        },
      }),
    );
  });
}

/** What is still to be done until an e-mail counts. */
function proofOf({ email, new_email: waiting, email_verified: verified }) {
  if (waiting && verified) return `Not confirmed yet: follow the link in the letter. Until then ${email} is yours.`;
  return waiting || (email && !verified) ? 'Not confirmed yet: follow the link in the letter.' : null;
}

/** None where there is no e-mail that a letter could go to. */
function againButton(panel, client, email) {
  const send = () => panel.attempt(() => client.account.sendVerification(), `A letter is on its way to ${email}.`);
  return email ? [el('button', { type: 'button', class: 'button', onclick: send }, 'Send the letter again')] : [];
}

function password(panel, { client }) {
  // A password manager asks for whom it is.
  const whose = el('input', { type: 'text', autocomplete: 'username', hidden: true, 'aria-hidden': 'true' });
  whose.value = client.me.username;
  const form = makeForm({
    prefix: 'panel',
    before: [whose],
    fields: [
      { name: 'current_password', label: 'Present password', type: 'password', autocomplete: 'current-password' },
      {
        name: 'new_password',
        label: 'New password',
        type: 'password',
        autocomplete: 'new-password',
        hint: 'At least 8 characters. Wherever else you are signed in, you will be signed out.',
      },
    ],
    action: 'Change password',
    submit: async ({ current_password: current, new_password: next }) => {
      await client.account.changePassword(current, next);
      form.reset();
      panel.say('The password is changed. All other sessions have ended.');
    },
  });
  panel.body.replaceChildren(form);
}

function sessions(panel, account) {
  const list = new PagedList(panel.body, {
    label: 'Sessions',
    read: async () => ({ items: await account.listSessions(), next_cursor: null }),
    row: (session) =>
      sessionRow(session, () =>
        panel.attempt(() => account.endSession(session.id), 'That session has ended.').then(() => list.reload()),
      ),
    empty: 'There are none.',
  });
  const everywhere = async () => {
    await panel.attempt(() => account.endOtherSessions(), 'You are signed out everywhere else.');
    await list.reload();
  };
  panel.body.prepend(
    el(
      'div',
      { class: 'panel-bar' },
      el('p', { class: 'hint' }, 'Where you are signed in.'),
      el('button', { type: 'button', class: 'button', onclick: everywhere }, 'Sign out everywhere else'),
    ),
  );
  list.reload();
}

function sessionRow({ current, user_agent: agent, address, created_at: since, last_used_at: used }, end) {
  const name = deviceOf(agent);
  return el(
    'li',
    { class: 'row' },
    el(
      'div',
      { class: 'row-main' },
      el('b', { title: agent ?? '' }, name, current ? el('span', { class: 'tag good' }, 'this one') : null),
      el('small', {}, [address, `used ${agoOf(used)}`, `since ${agoOf(since)}`].filter(Boolean).join(' · ')),
    ),
    current
      ? null
      : el(
          'button',
          { type: 'button', class: 'button small', 'aria-label': `Sign out ${name}`, onclick: end },
          'Sign out',
        ),
  );
}

/** The browser and the system, as far as a user agent tells them. */
function deviceOf(agent) {
  const first = (names) => names.find(([mark]) => agent?.includes(mark))?.[1];
  const browser = first([
    ['Firefox/', 'Firefox'],
    ['Edg/', 'Edge'],
    ['OPR/', 'Opera'],
    ['Chrome/', 'Chrome'],
    ['Safari/', 'Safari'],
  ]);
  const system = first([
    ['Android', 'Android'],
    ['iPhone', 'iPhone'],
    ['iPad', 'iPad'],
    ['Windows', 'Windows'],
    ['Mac OS', 'macOS'],
    ['Linux', 'Linux'],
  ]);
  return browser ? (system ? `${browser} on ${system}` : browser) : agent?.slice(0, 60) || 'Unknown program';
}

function deletion(panel, app) {
  const { username } = app.client.me;
  panel.body.replaceChildren(
    el(
      'p',
      {},
      'Your profile, your logins and your memberships are deleted. What you have written stays, without your name.',
    ),
    el(
      'div',
      { class: 'actions' },
      el(
        'button',
        { type: 'button', class: 'button danger', onclick: () => confirmDeletion(panel, app, username) },
        'Delete account…',
      ),
    ),
  );
}

function confirmDeletion(panel, app, username) {
  openDialog({
    title: `Delete ${username} for good?`,
    text: 'This cannot be undone. The name becomes free for others.',
    fields: [{ name: 'password', label: 'Your password', type: 'password', autocomplete: 'current-password' }],
    action: 'Delete account',
    danger: true,
    submit: async ({ password: proof }) => {
      await app.client.account.delete({ password: proof });
      panel.close();
      app.client.signOut().catch(() => {});
    },
  });
}
