// @ts-check
import { query } from './query.js';
import { frameOf, messageOf } from './shapes.js';

/** Messages of a first history, and of a page. */
export const PAGE = 50;

/** @typedef {import('../fastroom.js').Message} Message */
/** @typedef {(answered: (page: { messages: any[], more: boolean } | null) => void) => void} Ask */
/** @typedef {(page: { messages: Message[], more: boolean }) => void} Put */

/** Reads pages of a room's messages, one at a time, while events go on. */
export class Pages {
  #room;
  #link;
  #outbox;
  /** Null when none is on its way. @type {Promise<boolean | null> | null} */
  #page = null;
  /** Ends the waiting for that page. */
  #answered = (/** @type {boolean | null} */ _came) => {};
  /** What was edited (to what) or deleted (null) meanwhile, by id. */
  #overtaken = new Map();
  /** Reactions that came meanwhile. @type {any[]} */
  #reacted = [];

  /**
   * @param {import('./room.js').Room} room
   * @param {import('./rooms.js').Link} link
   * @param {import('./outbox.js').Outbox} outbox
   */
  constructor(room, link, outbox) {
    this.#room = room;
    this.#link = link;
    this.#outbox = outbox;
  }

  /**
   * The last messages before an id.
   * @param {number} id
   * @returns {Ask}
   */
  before(id) {
    return (answered) =>
      this.#link.ask({ type: 'history_more', room: this.#room.name, before_id: id }, (answer) =>
        answered(answer.type === 'history_more' ? answer : null),
      );
  }

  /**
   * The first messages after an id.
   * @param {number} id
   * @returns {Ask}
   */
  after(id) {
    return (answered) =>
      this.#link.call('GET', `/rooms/${this.#room.id}/messages${query({ after_id: id, limit: PAGE })}`).then(
        ({ items, has_more: more }) => answered({ messages: items.map(frameOf), more }),
        () => answered(null),
      );
  }

  /**
   * Reads a page, which `put` takes, unless one is on its way. Answers whether any messages came, null without an answer.
   * @param {Ask} ask
   * @param {Set<number | null>} known what is there already
   * @param {Put} put
   * @param {(event: any) => void} react
   */
  read(ask, known, put, react) {
    this.#page ??= new Promise((resolve) => {
      this.#overtaken.clear();
      this.#reacted = [];
      const answered = (/** @type {boolean | null} */ came) => {
        this.#page = null;
        this.#answered = () => {};
        resolve(came);
      };
      this.#answered = answered;
      ask((page) => {
        if (this.#answered !== answered) return;
        const messages = page && this.#current(page.messages, known);
        if (page && messages) put({ messages, more: page.more });
        answered(messages && messages.length > 0);
        for (const event of this.#reacted.splice(0)) react(event);
        if (messages) this.#link.emit('history', { room: this.#room, kind: 'older' });
      });
    });
    return this.#page;
  }

  /**
   * An edit or a deletion may have overtaken the page on its way.
   * @param {any[]} messages
   * @param {Set<number | null>} known
   */
  #current(messages, known) {
    return messages
      .filter((m) => !m.deleted && !known.has(m.message_id))
      .map((m) => this.#outbox.settle(messageOf(m)))
      .filter((m) => this.#overtaken.get(m.id) !== null)
      .map((m) => Object.freeze({ ...m, ...this.#overtaken.get(m.id) }));
  }

  /** A page that is on its way is not wanted any more. */
  forget() {
    this.#answered(null);
  }

  /**
   * @param {number} id
   * @param {object} change
   */
  edited(id, change) {
    if (this.#page) this.#overtaken.set(id, { ...this.#overtaken.get(id), ...change });
  }

  /** @param {number | null} id */
  removed(id) {
    if (this.#page) this.#overtaken.set(id, null);
  }

  /** @param {any} event */
  reacted(event) {
    if (this.#page) this.#reacted.push(event);
  }
}
