/**
 * Notifications of the browser for mentions and direct messages, while no tab of the account is looked at: one a room, the
 * newest in the place of the one before. Only after the user has asked for them, in this browser.
 */
import { keptFor } from './accounts.js';
import { isDirect, lastingHashOf } from './names.js';
import { openDialog } from './overlay.js';

const LONGEST = 200;
/** Changes of the list that come together are looked at once. */
const GATHER = 100;
const ON = 'on';
const TEXTS = {
  on: 'You are told of mentions and direct messages while no tab of this site is in view.',
  off: 'You can be told of mentions and direct messages while no tab of this site is in view.',
  denied:
    'This browser refuses notifications of this site. Allow them in its settings for the site, which open beside the ' +
    'address, and come back.',
  missing: 'This browser has no notifications for this site. It may have them when the address begins with https.',
};

export class Notices {
  #app;
  #kept;
  #lock;
  /** The last message of each direct room, by room id; null until there is a list. */
  #seen = null;
  #later = null;
  /** Those that are shown, by room id. */
  #shown = new Map();
  /** Ends the lock that says that this tab is in view. */
  #unlock = null;

  constructor(app) {
    const { username } = app.client.me;
    this.#app = app;
    this.#kept = keptFor(username, 'notices');
    this.#lock = `fastroom:in-view:${username}`;
    app.client.on('mention', (mention) => isDirect(mention.name) || this.#tell(mention));
    app.client.on('list', () => {
      this.#later ??= setTimeout(() => this.#listed(), GATHER);
    });
    app.client.on('signedout', () => this.#clear());
    document.addEventListener('visibilitychange', () => this.#turned());
    this.#turned();
  }

  /** `on`, `off`, `denied` by the browser, or `missing` in it. */
  get state() {
    if (!('Notification' in window) || !isSecureContext || !navigator.locks) return 'missing';
    if (Notification.permission === 'denied') return 'denied';
    return this.#kept.read() === ON && Notification.permission === 'granted' ? 'on' : 'off';
  }

  /** Asks the user, who then asks the browser. */
  open() {
    const { state } = this;
    const action = { on: 'Turn off', off: 'Turn on' }[state];
    openDialog({
      title: 'Notifications',
      text: TEXTS[state],
      action,
      submit: async () => {
        if (state === 'on') this.#kept.write(null);
        else if (!(await this.#ask())) setTimeout(() => this.open(), 0);
      },
    });
  }

  /** Whether they are on from now on. */
  async #ask() {
    if ((await Notification.requestPermission()) !== 'granted') return false;
    this.#kept.write(ON);
    return true;
  }

  /** Who sees the page needs none, in whichever tab. */
  #turned() {
    this.#unlock?.();
    this.#unlock = null;
    if (document.hidden) return;
    this.#clear();
    // A browser that refuses storage refuses locks, too; it has no notifications then.
    this.#hold().catch(() => {});
  }

  async #hold() {
    const inView = new Promise((resolve) => {
      this.#unlock = resolve;
    });
    await navigator.locks?.request(this.#lock, { mode: 'shared' }, () => inView);
  }

  #clear() {
    for (const notice of this.#shown.values()) notice.close();
    this.#shown.clear();
  }

  /** A direct message is what is new at the end of a room between two people. */
  #listed() {
    this.#later = null;
    const { list, me } = this.#app.client;
    if (!list || !me) return;
    const before = this.#seen;
    this.#seen = new Map();
    for (const { id, name, kind, last, unread } of list.values()) {
      if (kind !== 'direct' || !last) continue;
      this.#seen.set(id, last.id);
      const isNew = before !== null && last.id > (before.get(id) ?? 0);
      if (isNew && unread > 0 && last.user !== me.username) this.#tell({ roomId: id, name, message: last });
    }
  }

  async #tell({ roomId, name, message }) {
    if (!document.hidden || !message || message.user === this.#app.client.me?.username || this.state !== 'on') return;
    const { held } = await navigator.locks.query();
    if (!document.hidden || held.some((lock) => lock.name === this.#lock)) return;
    this.#show(roomId, name, message);
  }

  #show(roomId, name, { id, user, text }) {
    const title = isDirect(name) ? user : `${user} in ${this.#app.titleOf(name)}`;
    const body = [...text.slice(0, 2 * LONGEST)].slice(0, LONGEST).join('');
    try {
      const notice = new Notification(title, { body, tag: `fastroom:${this.#app.client.me.id}:${roomId}` });
      this.#shown.set(roomId, notice);
      notice.onclick = () => {
        notice.close();
        window.focus();
        location.hash = lastingHashOf(roomId, id);
      };
      notice.onclose = () => this.#shown.get(roomId) === notice && this.#shown.delete(roomId);
    } catch {
      // Browsers of phones show them for installed programs only, and say so in this way.
    }
  }
}
