// @ts-check
import { DISCONNECTED, refusalOf } from './errors.js';
import { PAGE, Pages } from './pages.js';
import { firstAfter } from './seek.js';
import { beginningOf, messageOf } from './shapes.js';

/**
 * Messages without holes, oldest first, and whether older ones exist. They are frozen objects; a change replaces one.
 * @typedef {{ messages: import('../fastroom.js').Message[], hasMore: boolean }} Part
 */

/** The committed messages of a room: the newest ones, and while somebody reads far back, those around there instead. */
export class Timeline {
  /** @type {Part} */
  #newest = { messages: [], hasMore: false };
  /** What is shown instead of the newest; newer ones than it has exist. @type {Part | null} */
  #apart = null;

  #room;
  #link;
  #limit;
  #outbox;
  /** Set while older messages are being read: the list is then not cut down to the limit. */
  #reading = false;
  #pages;
  /**
   * One's own reactions on their way, by message and emoji.
   * @type {Map<string, { on: boolean, done: Promise<unknown>, settle: () => void }>}
   */
  #asked = new Map();

  /**
   * @param {import('./room.js').Room} room
   * @param {import('./rooms.js').Link} link
   * @param {number} limit
   * @param {import('./outbox.js').Outbox} outbox
   */
  constructor(room, link, limit, outbox) {
    this.#room = room;
    this.#link = link;
    this.#limit = limit;
    this.#outbox = outbox;
    this.#pages = new Pages(room, link, outbox);
  }

  get #shown() {
    return this.#apart ?? this.#newest;
  }

  get messages() {
    return this.#shown.messages;
  }

  /** Whether older messages than messages[0] exist. */
  get hasMore() {
    return this.#shown.hasMore;
  }

  /** Whether newer messages than the last one exist. */
  get hasNewer() {
    return this.#apart !== null;
  }

  /**
   * Starts over with the last messages.
   * @param {any[]} entries
   */
  reset(entries) {
    const messages = entries.filter((m) => !m.deleted).map((m) => this.#outbox.settle(messageOf(m)));
    this.#newest = { messages, hasMore: messages.length >= PAGE };
    this.#apart = null;
    // A page of the old history that is still on its way does not belong to this one.
    this.#pages.forget();
  }

  /**
   * @param {any} event
   * @param {boolean} live
   */
  add(event, live) {
    const message = this.#outbox.settle(messageOf(event));
    if (event.deleted) return this.remove(message.id);
    const { id, seq } = message;
    const { messages, hasMore } = this.#newest;
    const first = messages[0]?.seq ?? null;
    // What comes after the last one is new, and nearly everything does.
    const isNewest = seq !== null && seq > (messages.at(-1)?.seq ?? Infinity);
    if (id !== null && !isNewest && messages.some((m) => m.id === id)) return;
    if (hasMore && seq !== null && first !== null && seq < first) return;
    const before = seq === null ? messages.length - 1 : messages.findLastIndex((m) => m.seq === null || m.seq < seq);
    messages.splice(before + 1, 0, message);
    this.#link.emit('message', { room: this.#room, message, live });
    if (!this.#reading) this.#shorten(PAGE);
  }

  /** @param {{ message_id: number, content: string, mentions?: string[], ts: string }} event */
  update({ message_id: id, content, mentions = [], ts }) {
    // An empty text is the replay of an edit of a message that was deleted later.
    if (content === '') return;
    const edited = { text: content, editedAt: ts, mentions: Object.freeze(mentions) };
    this.#pages.edited(id, edited);
    this.#change(id, () => edited);
    this.#requote(id, { text: beginningOf(content) });
  }

  /**
   * What is so already is not answered, and not asked for. Until the last wish is answered nobody knows what is so.
   * @param {number} messageId
   * @param {string} emoji
   * @param {boolean} on
   */
  async askToReact(messageId, emoji, on) {
    const key = `${messageId} ${emoji}`;
    for (let before; (before = this.#asked.get(key)); ) await before.done;
    /** @type {() => void} */
    let settle = () => {};
    // Another device may have asked for the same a moment before: then its event is all that comes.
    const settled = new Promise((resolve) => (settle = () => resolve(undefined)));
    const outcome = Promise.race([this.#askUnlessSo(messageId, emoji, on), settled]);
    const forget = () => this.#asked.delete(key);
    this.#asked.set(key, { on, settle, done: outcome.then(forget, forget) });
    await outcome;
  }

  /**
   * @param {number} messageId
   * @param {string} emoji
   * @param {boolean} on
   */
  async #askUnlessSo(messageId, emoji, on) {
    const shown = this.messages.find(({ id }) => id === messageId);
    /** @type {{ reactions: readonly import('../fastroom.js').Reaction[] }} */
    const { reactions } = shown ?? (await this.#link.call('GET', `/rooms/${this.#room.id}/messages/${messageId}`));
    if (on === (reactions.find((r) => r.emoji === emoji)?.me ?? false)) return;
    await this.#link.request({ type: 'react', room: this.#room.name, message_id: messageId, emoji, on });
  }

  /** @param {{ message_id: number, user_id: number, emoji: string, on: boolean, count: number }} event */
  react(event) {
    const { message_id: id, user_id: userId, emoji, on, count } = event;
    this.#pages.reacted(event);
    const mine = userId === this.#link.me()?.id;
    const asked = mine ? this.#asked.get(`${id} ${emoji}`) : undefined;
    if (asked?.on === on) asked.settle();
    this.#change(id, ({ reactions }) => {
      const at = reactions.findIndex((r) => r.emoji === emoji);
      const next = { emoji, count, me: mine ? on : (reactions[at]?.me ?? false) };
      const all = at < 0 ? [...reactions, next] : reactions.with(at, next);
      return { reactions: Object.freeze(all.filter((r) => r.count > 0)) };
    });
  }

  /** @param {number | null} id */
  remove(id) {
    this.#pages.removed(id);
    if (id !== null) this.#requote(id, { text: '', deleted: true });
    this.#each((messages) => {
      const at = messages.findLastIndex((m) => m.id === id);
      if (at < 0) return;
      const [message] = messages.splice(at, 1);
      this.#link.emit('remove', { room: this.#room, message });
    });
  }

  /** @param {(messages: import('../fastroom.js').Message[]) => void} change */
  #each(change) {
    for (const part of [this.#newest, this.#apart]) if (part) change(part.messages);
  }

  /**
   * @param {number} id
   * @param {(message: import('../fastroom.js').Message) => object} change
   */
  #change(id, change) {
    this.#each((messages) => {
      const at = messages.findLastIndex((m) => m.id === id);
      if (at >= 0) this.#put(messages, at, change(messages[at]));
    });
  }

  /**
   * What others reply to is told as it is now.
   * @param {number} id
   * @param {object} change
   */
  #requote(id, change) {
    this.#each((messages) =>
      messages.forEach(({ replyTo }, at) => {
        if (replyTo?.id === id) this.#put(messages, at, { replyTo: Object.freeze({ ...replyTo, ...change }) });
      }),
    );
  }

  /**
   * @param {import('../fastroom.js').Message[]} messages
   * @param {number} at
   * @param {object} change
   */
  #put(messages, at, change) {
    messages[at] = Object.freeze({ ...messages[at], ...change });
    this.#link.emit('change', { room: this.#room, message: messages[at] });
  }

  /** Loads a page of older messages; answers whether any came. */
  loadOlder() {
    const part = this.#shown;
    const id = part.messages.find((m) => m.id !== null)?.id;
    if (!part.hasMore || !id || this.#room.state !== 'live') return Promise.resolve(false);
    if (part === this.#newest) this.#reading = true;
    return this.#read(part, this.#pages.before(id), ({ messages, more }) => {
      part.messages.unshift(...messages);
      part.hasMore = more;
    }).then(Boolean);
  }

  /** Loads a page of newer messages, if there are any; answers whether any came. */
  loadNewer() {
    const part = this.#apart;
    if (!part || this.#room.state !== 'live') return Promise.resolve(false);
    return this.#read(part, this.#pages.after(part.messages.at(-1)?.id ?? 0), ({ messages, more }) => {
      part.messages.push(...messages);
      const next = this.#newest.messages.find((m) => m.id !== null)?.id ?? Infinity;
      if (more && (part.messages.at(-1)?.id ?? 0) < next) return;
      const older = part.messages.filter((m) => m.id !== null && m.id < next);
      this.#newest = { messages: [...older, ...this.#newest.messages], hasMore: part.hasMore };
      [this.#apart, this.#reading] = [null, true];
    }).then(Boolean);
  }

  /**
   * Shows the messages around one, wherever it stands; false when there is no such message.
   * @param {number} id
   */
  async goTo(id) {
    const has = (/** @type {Part} */ { messages }) => messages.some((m) => m.id === id);
    if (has(this.#shown)) return true;
    if (has(this.#newest)) this.trim();
    if (has(this.#shown)) return true;
    /** @type {Part} */
    const part = { messages: [], hasMore: false };
    this.#pages.forget();
    const came = await this.#read(part, this.#pages.before(id + 1), ({ messages, more }) => {
      [part.messages, part.hasMore] = [messages, more];
      if (has(part)) this.#apart = part;
    });
    if (came === null) throw refusalOf({ code: DISCONNECTED });
    if (this.#apart === part) await this.loadNewer();
    return has(this.#shown);
  }

  /**
   * The id of the first message after an event, wherever it stands; null when there is none.
   * @param {number} seq
   */
  async firstAfter(seq) {
    const { messages, hasMore } = this.#newest;
    const first = messages.find((m) => m.seq !== null && m.seq > seq);
    if (!first?.id || !first.seq || !hasMore || first !== messages[0]) return first?.id ?? null;
    return firstAfter(seq, { id: first.id, seq: first.seq }, (before_id) =>
      this.#link.request({ type: 'history_more', room: this.#room.name, before_id }),
    );
  }

  /** Ends the reading of older messages: their memory is given back. */
  trim() {
    this.#reading = false;
    if (this.#apart) {
      this.#pages.forget();
      this.#apart = null;
      this.#link.emit('history', { room: this.#room, kind: 'trimmed' });
    }
    this.#shorten(0);
  }

  /**
   * @param {Part} part
   * @param {import('./pages.js').Ask} ask
   * @param {import('./pages.js').Put} put
   */
  #read(part, ask, put) {
    const known = new Set(part.messages.map((m) => m.id));
    return this.#pages.read(ask, known, put, (event) => this.react(event));
  }

  /** @param {number} slack */
  #shorten(slack) {
    const { messages } = this.#newest;
    if (messages.length <= this.#limit + slack) return;
    messages.splice(0, messages.length - this.#limit);
    this.#newest.hasMore = true;
    this.#link.emit('history', { room: this.#room, kind: 'trimmed' });
  }
}
