// @ts-check
import { DISCONNECTED, isTemporary, unauthorized } from './errors.js';
import { beginningOf, uuid } from './shapes.js';

const TRIES = 5;
const OUT = 'You are no longer in this room';

/** Own messages on their way: one at a time, again after every reconnect, always under the same `clientId`. */
export class Outbox {
  /** Sending or failed, in the order they were written. @type {import('../fastroom.js').Message[]} */
  pending = [];

  #room;
  #link;
  /** @type {Map<string, { sent: boolean, tries: number }>} */
  #sending = new Map();

  /**
   * @param {import('./room.js').Room} room
   * @param {import('./rooms.js').Link} link
   */
  constructor(room, link) {
    this.#room = room;
    this.#link = link;
  }

  /**
   * @param {string} text
   * @param {number | null} replyTo
   */
  send(text, replyTo) {
    const me = this.#link.me();
    if (!me) throw unauthorized('Not signed in, or not known yet as whom');
    const clientId = uuid();
    /** @type {import('../fastroom.js').Message} */
    const message = Object.freeze({
      key: `${me.id}/${clientId}`,
      id: null,
      clientId,
      seq: null,
      user: me.username,
      userId: me.id,
      text,
      ts: new Date().toISOString(),
      editedAt: null,
      replyTo: this.#quote(replyTo),
      mentions: [],
      reactions: [],
      state: 'sending',
      error: null,
    });
    this.pending.push(message);
    this.#sending.set(clientId, { sent: false, tries: 0 });
    this.#link.emit('message', { room: this.#room, message, live: true });
    if (this.#room.state === 'gone') this.#refuse(clientId, this.#room.reason ?? 'left', OUT);
    this.pump();
    return message;
  }

  /**
   * @param {number | null} id
   * @returns {import('../fastroom.js').Quote | null}
   */
  #quote(id) {
    if (id === null) return null;
    const { user = null, text = '' } = this.#room.messages.find((m) => m.id === id) ?? {};
    return Object.freeze({ id, user, text: beginningOf(text), deleted: false });
  }

  /** @param {string} clientId */
  retry(clientId) {
    if (this.#room.state === 'gone' || !this.#mark(clientId, 'sending', null)) return;
    this.#sending.set(clientId, { sent: false, tries: 0 });
    this.pump();
  }

  /** @param {string} clientId */
  discard(clientId) {
    const message = this.pending.find((m) => m.clientId === clientId && m.state === 'failed');
    if (message) this.#remove(clientId);
    if (message) this.#link.emit('remove', { room: this.#room, message });
  }

  /** Sends the first message that waits. The next one goes when it is answered: a retry must not change their order. */
  pump() {
    if (this.#room.state !== 'live' || this.#link.paused()) return;
    const next = this.pending.find((m) => m.state === 'sending');
    const clientId = next?.clientId;
    const sending = clientId && this.#sending.get(clientId);
    if (!next || !clientId || !sending || sending.sent) return;
    sending.sent = true;
    const { text: message, replyTo } = next;
    const said = { type: 'chat', room: this.#room.name, message, client_id: clientId, reply_to: replyTo?.id };
    this.#link.ask({ ...said, ref: clientId }, (answer) => {
      if (answer.type === 'error' && answer.code !== DISCONNECTED) this.#refused(clientId, answer);
    });
  }

  /** What waits in another one of the same room; the server knows it by its `clientId`. @param {Outbox} other */
  takeOver(other) {
    this.pending.push(...other.pending.splice(0));
    for (const [clientId, sending] of other.#sending) this.#sending.set(clientId, { ...sending, sent: false });
    other.#sending.clear();
  }

  /** The socket is gone, and with it what it would have answered. */
  offline() {
    for (const sending of this.#sending.values()) sending.sent = false;
  }

  /** @param {string} reason */
  gone(reason) {
    for (const { clientId } of [...this.pending]) if (clientId) this.#refuse(clientId, reason, OUT);
  }

  /** @param {string | null | undefined} clientId */
  awaits(clientId) {
    return Boolean(clientId && this.#sending.has(clientId));
  }

  /**
   * A committed message of one's own leaves the queue.
   * @param {import('../fastroom.js').Message} message
   */
  settle(message) {
    if (message.clientId && message.userId === this.#link.me()?.id) this.#remove(message.clientId);
    return message;
  }

  /**
   * @param {string} clientId
   * @param {any} error
   */
  #refused(clientId, { code, message, retry_after_ms: wait = 0 }) {
    const sending = this.#sending.get(clientId);
    if (!sending) return;
    sending.sent = false;
    // The name may have changed a moment ago, with the news of it still on the way.
    if (code === 'not_in_room' || code === 'room_not_found') {
      this.#link.rejoin(this.#room);
    } else if (isTemporary(code) && ++sending.tries <= TRIES) {
      this.#link.pause(Math.max(wait, 1000 * 2 ** (sending.tries - 1)));
    } else {
      this.#refuse(clientId, code, message);
      this.pump();
    }
  }

  /**
   * @param {string} clientId
   * @param {string} code
   * @param {string} message
   */
  #refuse(clientId, code, message) {
    this.#sending.delete(clientId);
    this.#mark(clientId, 'failed', { code, message });
  }

  /**
   * @param {string} clientId
   * @param {'sending' | 'failed'} state
   * @param {{ code: string, message: string } | null} error
   */
  #mark(clientId, state, error) {
    const at = this.pending.findIndex((m) => m.clientId === clientId);
    if (at < 0) return false;
    this.pending[at] = Object.freeze({ ...this.pending[at], state, error });
    this.#link.emit('change', { room: this.#room, message: this.pending[at] });
    return true;
  }

  /** @param {string} clientId */
  #remove(clientId) {
    this.#sending.delete(clientId);
    this.pending = this.pending.filter((m) => m.clientId !== clientId);
    this.pump();
  }
}
