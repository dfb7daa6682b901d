/** Accounts: found, made, disabled, given a role, deleted; and the keys of bots. */
import { avatar, el, iconButton } from './dom.js';
import { showKeys } from './keys.js';
import { PagedList, searchField } from './lists.js';
import { openDialog, openMenu } from './overlay.js';
import { momentOf } from './times.js';

const ALL = { disabled: undefined, role: undefined };
const FILTERS = [
  ['all', 'All accounts', ALL],
  ['admins', 'Administrators', { ...ALL, role: 'admin' }],
  ['disabled', 'Disabled', { ...ALL, disabled: 'true' }],
];

export function showAccounts(panel, client) {
  new Accounts(panel, client).show();
}

class Accounts {
  #panel;
  #client;
  #admin;
  #list;
  #wanted = { q: undefined, ...ALL };

  constructor(panel, client) {
    [this.#panel, this.#client, this.#admin] = [panel, client, client.admin];
  }

  show() {
    const search = searchField('Search accounts', (q) => this.#want({ q: q || undefined }));
    const filter = el(
      'select',
      {
        'aria-label': 'Which accounts',
        onchange: () => this.#want(FILTERS.find(([name]) => name === filter.value)[2]),
      },
      ...FILTERS.map(([name, label]) => el('option', { value: name }, label)),
    );
    const make = el('button', { type: 'button', class: 'button', onclick: () => this.#create() }, 'New account…');
    this.#panel.body.replaceChildren(el('div', { class: 'panel-bar' }, search, filter, make));
    this.#list = new PagedList(this.#panel.body, {
      label: 'Accounts',
      read: (cursor) => this.#admin.listUsers({ ...this.#wanted, cursor }),
      row: (account) => this.#row(account),
      empty: 'Nobody is called so.',
    });
    this.#list.reload();
  }

  #want(change) {
    Object.assign(this.#wanted, change);
    this.#list.reload();
  }

  #row(account) {
    const { username, full_name: name, email, disabled, role, is_bot: bot, created_at: since } = account;
    const tags = [
      [role === 'admin', 'administrator', 'good'],
      [bot, 'bot', ''],
      [disabled, 'disabled', 'bad'],
    ];
    return el(
      'li',
      { class: 'row' },
      avatar(username),
      el(
        'div',
        { class: 'row-main' },
        el(
          'b',
          {},
          username,
          ...tags.filter(([is]) => is).map(([, label, kind]) => el('span', { class: `tag ${kind}` }, label)),
        ),
        el('small', {}, [name, email, `since ${momentOf(since)}`].filter(Boolean).join(' · ')),
      ),
      iconButton('more', `Look after ${username}`, (e) => this.#menu(e.currentTarget, account), {
        'aria-haspopup': 'menu',
      }),
    );
  }

  #menu(anchor, account) {
    const { id, username, disabled, role, is_bot: bot } = account;
    const set = (change, done) => () =>
      this.#panel.attempt(() => this.#admin.updateUser(id, change), done).then(() => this.#list.reload());
    openMenu(anchor, [
      disabled
        ? { label: 'Enable', icon: 'shield', action: set({ disabled: false }, `${username} may come in again.`) }
        : {
            label: 'Disable',
            icon: 'ban',
            danger: true,
            action: set({ disabled: true }, `${username} is signed out and locked out.`),
          },
      role === 'admin'
        ? {
            label: 'Remove as administrator',
            icon: 'shield',
            action: set({ role: 'user' }, `${username} is no administrator any more.`),
          }
        : {
            label: 'Make administrator',
            icon: 'shield',
            action: set({ role: 'admin' }, `${username} is an administrator.`),
          },
      ...(bot ? [{ label: 'Keys…', icon: 'lock', action: () => this.#keys(account) }] : []),
      { label: 'Delete…', icon: 'trash', danger: true, action: () => this.#delete(account) },
    ]);
  }

  #keys({ id, username, role }) {
    const calls = {
      listKeys: () => this.#admin.listKeys(id),
      createKey: (key) => this.#admin.createKey(id, key),
      deleteKey: (keyId) => this.#admin.deleteKey(id, keyId),
    };
    showKeys(this.#panel, { calls, admin: role === 'admin', intro: `Keys by which programs come in as ${username}.` });
    const back = el('button', { type: 'button', class: 'link', onclick: () => this.show() }, 'Back to the accounts');
    this.#panel.body.prepend(back);
    back.focus();
  }

  #create() {
    openDialog({
      title: 'New account',
      fields: [
        { name: 'username', label: 'Username', maxlength: 64 },
        { name: 'bot', label: 'A bot', hint: 'Has no password; programs come in by its keys.', type: 'checkbox' },
        { name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', hint: 'Not for a bot.' },
        { name: 'email', label: 'E-mail', type: 'email', maxlength: 254, hint: 'Optional.' },
        {
          name: 'role',
          label: 'Role',
          type: 'select',
          options: [
            ['user', 'User'],
            ['admin', 'Administrator'],
          ],
        },
      ],
      action: 'Create account',
      submit: async ({ username, bot, password, email, role }) => {
        const account = await this.#admin.createUser({
          username,
          bot,
          password: password || undefined,
          email: email || null,
          role,
        });
        this.#panel.say(`${account.username} is there.`);
        this.#list.reload();
      },
    });
  }

  #delete({ id, username }) {
    openDialog({
      title: `Delete ${username} for good?`,
      text: 'Logins, profile and memberships go; messages stay without the name. This cannot be undone.',
      action: 'Delete account',
      danger: true,
      submit: async () => {
        await this.#admin.deleteUser(id);
        this.#panel.say(`${username} is deleted.`);
        this.#list.reload();
      },
    });
  }
}
