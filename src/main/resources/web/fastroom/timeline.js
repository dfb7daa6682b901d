// @ts-check
import { beginningOf, messageOf } from './shapes.js';

/** Messages of a first history, and of a page of older ones. */
export const PAGE = 50;

/** The committed messages of a room, oldest first, without holes. */
export class Timeline {
  /** Frozen objects; a change replaces the object. @type {import('../fastroom.js').Message[]} */
  messages = [];
  /** Whether older messages than messages[0] exist. */
  hasMore = false;

  #room;
  #link;
  #limit;
  #outbox;
  /** Set while older messages are being read: the list is then not cut down to the limit. */
  #reading = false;
  /** @type {Promise<boolean> | null} */
  #older = null;
  /** Ends the waiting for that page, as if it had or had not come. */
  #forgetOlder = (/** @type {boolean} */ _came) => {};
  /** What was edited (to what) or deleted (null) while a page of older messages is on its way, by id. */
  #overtaken = new Map();
  /** Reactions that came meanwhile. @type {any[]} */
  #reacted = [];
  /** One's own reactions on their way, by message and emoji. @type {Map<string, Promise<unknown>>} */
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
  }

  /**
   * Starts over with the last messages.
   * @param {any[]} entries
   */
  reset(entries) {
    this.messages = entries.filter((m) => !m.deleted).map((m) => this.#outbox.settle(messageOf(m)));
    this.hasMore = this.messages.length >= PAGE;
    // A page of the old history that is still on its way does not belong to this one.
    this.#forgetOlder(false);
  }

  /**
   * @param {any} event
   * @param {boolean} live
   */
  add(event, live) {
    const message = this.#outbox.settle(messageOf(event));
    if (event.deleted) return this.remove(message.id);
    const { id, seq } = message;
    if (id !== null && this.messages.some((m) => m.id === id)) return;
    const first = this.messages[0]?.seq ?? null;
    if (this.hasMore && seq !== null && first !== null && seq < first) return;
    const before =
      seq === null ? this.messages.length - 1 : this.messages.findLastIndex((m) => m.seq === null || m.seq < seq);
    this.messages.splice(before + 1, 0, message);
    this.#link.emit('message', { room: this.#room, message, live });
    if (!this.#reading) this.#shorten(PAGE);
  }

  /** @param {{ message_id: number, content: string, mentions?: string[], ts: string }} event */
  update({ message_id: id, content, mentions = [], ts }) {
    // An empty text is the replay of an edit of a message that was deleted later.
    if (content === '') return;
    const edited = { text: content, editedAt: ts, mentions: Object.freeze(mentions) };
    if (this.#older) this.#overtaken.set(id, { ...this.#overtaken.get(id), ...edited });
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
    while (this.#asked.has(key)) await this.#asked.get(key);
    const message = this.messages.find(({ id }) => id === messageId);
    if (message && on === (message.reactions.find((r) => r.emoji === emoji)?.me ?? false)) return;
    const answer = this.#link.request({ type: 'react', room: this.#room.name, message_id: messageId, emoji, on });
    const done = () => this.#asked.delete(key);
    // Of a message that is not here it is not known whether there will be an answer.
    if (message) this.#asked.set(key, answer.then(done, done));
    await answer;
  }

  /** @param {{ message_id: number, user_id: number, emoji: string, on: boolean, count: number }} event */
  react(event) {
    const { message_id: id, user_id: userId, emoji, on, count } = event;
    if (this.#older) this.#reacted.push(event);
    const mine = userId === this.#link.me()?.id;
    this.#change(id, ({ reactions }) => {
      const at = reactions.findIndex((r) => r.emoji === emoji);
      const next = { emoji, count, me: mine ? on : (reactions[at]?.me ?? false) };
      const all = at < 0 ? [...reactions, next] : reactions.with(at, next);
      return { reactions: Object.freeze(all.filter((r) => r.count > 0)) };
    });
  }

  /** @param {number | null} id */
  remove(id) {
    if (this.#older) this.#overtaken.set(id, null);
    if (id !== null) this.#requote(id, { text: '', deleted: true });
    const at = this.messages.findLastIndex((m) => m.id === id);
    if (at < 0) return;
    const [message] = this.messages.splice(at, 1);
    this.#link.emit('remove', { room: this.#room, message });
  }

  /**
   * @param {number} id
   * @param {(message: import('../fastroom.js').Message) => object} change
   */
  #change(id, change) {
    const at = this.messages.findLastIndex((m) => m.id === id);
    if (at >= 0) this.#put(at, change(this.messages[at]));
  }

  /**
   * What others reply to is told as it is now.
   * @param {number} id
   * @param {object} change
   */
  #requote(id, change) {
    this.messages.forEach(({ replyTo }, at) => {
      if (replyTo?.id === id) this.#put(at, { replyTo: Object.freeze({ ...replyTo, ...change }) });
    });
  }

  /**
   * @param {number} at
   * @param {object} change
   */
  #put(at, change) {
    this.messages[at] = Object.freeze({ ...this.messages[at], ...change });
    this.#link.emit('change', { room: this.#room, message: this.messages[at] });
  }

  /** Loads a page of older messages; answers whether any came. */
  loadOlder() {
    const oldest = this.messages.find((m) => m.id !== null);
    if (!this.hasMore || !oldest || this.#room.state !== 'live') return Promise.resolve(false);
    this.#reading = true;
    this.#older ??= new Promise((resolve) => {
      this.#overtaken.clear();
      this.#reacted = [];
      const answered = (/** @type {boolean} */ came) => {
        this.#older = null;
        this.#forgetOlder = () => {};
        resolve(came);
      };
      this.#forgetOlder = answered;
      this.#link.ask({ type: 'history_more', room: this.#room.name, before_id: oldest.id }, (answer) => {
        if (this.#forgetOlder !== answered) return;
        answered(answer.type === 'history_more' && this.#prepend(answer));
      });
    });
    return this.#older;
  }

  /** Ends the reading of older messages: their memory is given back. */
  trim() {
    this.#reading = false;
    this.#shorten(0);
  }

  /** @param {{ messages: any[], more: boolean }} page */
  #prepend({ messages, more }) {
    const known = new Set(this.messages.map((m) => m.id));
    const page = messages
      .filter((m) => !m.deleted && !known.has(m.message_id))
      .map((m) => this.#outbox.settle(messageOf(m)));
    // An edit or a deletion may have overtaken the page on its way.
    const current = page
      .filter((m) => this.#overtaken.get(m.id) !== null)
      .map((m) => Object.freeze({ ...m, ...this.#overtaken.get(m.id) }));
    this.messages.unshift(...current);
    this.hasMore = more;
    for (const event of this.#reacted.splice(0)) this.react(event);
    this.#link.emit('history', { room: this.#room, kind: 'older' });
    return current.length > 0;
  }

  /** @param {number} slack */
  #shorten(slack) {
    if (this.messages.length <= this.#limit + slack) return;
    this.messages.splice(0, this.messages.length - this.#limit);
    this.hasMore = true;
    this.#link.emit('history', { room: this.#room, kind: 'trimmed' });
  }
}
