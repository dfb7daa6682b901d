/** What was begun and not sent, by the id of its room. It outlives a reload, and ends with the session. */
import { keptFor } from './accounts.js';

/** Those that were touched last. */
const MOST = 50;
/** In UTF-16 units; what is longer cannot be sent. */
const LONGEST = 16_000;
const QUOTED = 120;

export class Drafts {
  #kept;

  constructor(username) {
    this.#kept = keptFor(username, 'drafts');
  }

  /** { text, replyTo } with `replyTo` { id, user, text } or null. */
  of(roomId) {
    return this.#all().get(roomId) ?? { text: '', replyTo: null };
  }

  /** Other tabs write here, too: only this room's is changed. */
  set(roomId, text, replyTo) {
    const all = this.#all();
    if (!all.delete(roomId) && text === '') return;
    if (text !== '') all.set(roomId, { text: text.slice(0, LONGEST), replyTo: replyTo && quoted(replyTo) });
    const drafts = [...all].slice(-MOST).map(([room, draft]) => ({ room, ...draft }));
    this.#kept.write(drafts.length > 0 ? drafts : null);
  }

  /** By room, those that were touched last at the end. What is no draft is not there. */
  #all() {
    const drafts = this.#kept.read();
    const all = new Map();
    for (const each of Array.isArray(drafts) ? drafts.slice(-MOST) : []) {
      const { room, text, replyTo } = each ?? {};
      if (!Number.isSafeInteger(room) || typeof text !== 'string' || text === '') continue;
      all.set(room, { text: text.slice(0, LONGEST), replyTo: isQuote(replyTo) ? quoted(replyTo) : null });
    }
    return all;
  }
}

const isQuote = (value) =>
  Number.isSafeInteger(value?.id) && typeof value.user === 'string' && typeof value.text === 'string';

const quoted = ({ id, user, text }) => ({ id, user: user.slice(0, QUOTED), text: text.slice(0, QUOTED) });
