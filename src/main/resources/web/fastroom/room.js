// @ts-check
import { FastRoomError } from './errors.js';
import { isEvent } from './events.js';
import { Outbox } from './outbox.js';
import { People } from './people.js';
import { Position } from './position.js';
import { Reader } from './reader.js';
import { Timeline } from './timeline.js';
import { Typing } from './typing.js';

/** A live room. Everything here is the server's truth as of `seq`, except `pending`, which is yours. */
export class Room extends Reader {
  /** Null until first joined; a room is its id, its name may change. @type {number | null} */
  id = null;
  /** Null while unknown. @type {boolean | null} */
  isPrivate = null;
  /** joining (never was in), live, waiting (for the connection), gone (see `reason`). */
  state = /** @type {import('../fastroom.js').Room['state']} */ ('joining');
  /** @type {string | null} */
  reason = null;

  #link;
  #outbox;
  #timeline;
  #people;
  #typing;
  #position = new Position();
  /** Where the log stood at the last join. @type {{ seq: number, ts?: string }} */
  #head = { seq: 0 };
  /** A history that starts over comes in parts, and replaces the old one when it is complete. @type {any[]} */
  #parts = [];
  #entered = { resolve: (/** @type {Room} */ _room) => {}, reject: (/** @type {Error} */ _error) => {} };

  /**
   * @param {string} name
   * @param {import('./rooms.js').Link} link
   * @param {number} limit how many messages are kept while nobody reads further back
   */
  constructor(name, link, limit) {
    super();
    this.name = name;
    this.#link = link;
    this.#outbox = new Outbox(this, link);
    this.#timeline = new Timeline(this, link, limit, this.#outbox);
    this.#people = new People(this, link);
    this.#typing = new Typing(this, link);
    /** @type {Promise<Room>} */
    this.ready = new Promise((resolve, reject) => {
      this.#entered = { resolve, reject };
    });
    this.ready.catch(() => {});
  }

  /** The last event seen. */
  get seq() {
    return this.#position.seq;
  }

  /** The time of the last event seen, as the server wrote it. */
  get ts() {
    return this.#position.ts;
  }

  /** @override */
  get _timeline() {
    return this.#timeline;
  }

  /** Own messages not yet committed, in the order they were sent. */
  get pending() {
    return this.#outbox.pending;
  }

  /** Names of the users in the room now, on any node. */
  get present() {
    return this.#people.present;
  }

  get count() {
    return this.#people.count;
  }

  get partial() {
    return this.#people.partial;
  }

  get members() {
    return this.#people.members;
  }

  /** What you are in this room; undefined until it is known. */
  get me() {
    return this.members.get(this.#link.me()?.id ?? 0);
  }

  get typing() {
    return this.#typing.users;
  }

  /**
   * Queues a message; it is sent again after every reconnect until the server has answered, and never doubled.
   * @param {string} text
   * @param {{ replyTo?: number | null }} [options] `replyTo`: the id of a message of this room
   */
  send(text, { replyTo = null } = {}) {
    this.#typing.sent();
    return this.#outbox.send(text, replyTo);
  }

  /**
   * Sets or takes back one's own reaction.
   * @param {number} messageId
   * @param {string} emoji one emoji, or a `:name:`
   * @param {boolean} [on]
   */
  async react(messageId, emoji, on = true) {
    await this.#timeline.askToReact(messageId, emoji, on);
  }

  /** Tells the server, and the user's other connections, how far the room was read. @param {number | null} [seq] */
  markRead(seq = this.seq) {
    if (seq !== null && this.id !== null) this.#link.markRead(this, seq);
  }

  /** Sends a failed message again, under the same `clientId`. @param {string} clientId */
  retry(clientId) {
    this.#outbox.retry(clientId);
  }

  /** Forgets a failed message. @param {string} clientId */
  discard(clientId) {
    this.#outbox.discard(clientId);
  }

  /** Call it at every key press; peers see at most one typing frame in three seconds. */
  typed() {
    this.#typing.pressed();
  }

  /** Tells peers at once that nothing is being typed any more. */
  stoppedTyping() {
    this.#typing.stopped();
  }

  /** Fills `members` from the member list. */
  loadMembers() {
    return this.#people.load();
  }

  /** The fields of a join that resumes this room: who has left it on another device meanwhile stays out. */
  get _since() {
    return { ...this.#position.since, if_member: this.id !== null || undefined };
  }

  /**
   * Entered, or told to start over: the people and the history follow.
   * @param {{ room_id: number, seq: number, ts?: string }} frame
   */
  _joined(frame) {
    if (this.state === 'live') this.state = 'waiting';
    this.id = frame.room_id;
    this.#head = frame;
    this.#parts = [];
    this.#people.startOver();
  }

  /** @param {any} frame */
  _receive(frame) {
    switch (frame.type) {
      case 'presence_state':
        this.#people.state(frame);
        return this.#stillTyping();
      case 'presence_diff':
        this.#people.diff(frame);
        return this.#stillTyping();
      case 'typing':
        return this.#typing.of(frame.user, frame.isTyping);
      case 'history':
        return this.#history(frame);
      case 'system':
        return this.#link.emit('system', { room: this, text: frame.message });
      default:
        return this.#event(frame, true);
    }
  }

  _offline() {
    if (this.state === 'live') this.state = 'waiting';
    this.#outbox.offline();
    this.#typing.clear();
  }

  /** @param {string} reason */
  _gone(reason) {
    [this.state, this.reason] = ['gone', reason];
    this.#outbox.gone(reason);
    this.#typing.clear();
    this.#entered.reject(new FastRoomError(`Not in ${this.name}: ${reason}`, { code: reason }));
  }

  _pump() {
    this.#outbox.pump();
  }

  /** What was written in the same room, joined under another name, is sent here. @param {Room} other */
  _takeOver(other) {
    this.#outbox.takeOver(other.#outbox);
  }

  /** Whoever has left types no more; a partial list does not tell. */
  #stillTyping() {
    if (this.partial) return;
    for (const user of this.typing) if (!this.present.has(user)) this.#typing.of(user, false);
  }

  /** @param {{ messages: any[], resumed?: boolean, more?: boolean }} frame */
  #history({ messages, resumed = false, more = false }) {
    if (resumed) for (const event of messages) this.#event({ type: 'chat', ...event }, false);
    else this.#parts.push(...messages);
    if (more) return;
    // Only now: a connection lost half way through must ask for the rest again.
    if (resumed) this.#position.advance(this.#head);
    else this.#startOver();
    this.state = 'live';
    this.#entered.resolve(this);
    this.#link.emit('history', { room: this, kind: resumed ? 'resumed' : 'reset' });
    this.#link.emit('room', { room: this });
    this.#outbox.pump();
  }

  /** Nothing of what was known holds: the log reaches back no further, or is another one. */
  #startOver() {
    this.#position.to(this.#head);
    this.#timeline.reset(this.#parts.splice(0).filter(({ type = 'chat' }) => type === 'chat'));
    this.#people.forget();
  }

  /**
   * @param {any} event
   * @param {boolean} live false for what a resume brings
   */
  #event(event, live) {
    if (!isEvent(event)) return;
    if (event.seq !== undefined && this.seq !== null && !this.#position.advance(event)) {
      // The one event that may come late: the answer to a message that was sent a second time.
      if (event.type === 'chat' && this.#outbox.awaits(event.client_id)) this.#timeline.add(event, live);
      return;
    }
    switch (event.type) {
      case 'chat':
        this.#typing.of(event.user, false);
        return this.#timeline.add(event, live);
      case 'message_updated':
        return this.#timeline.update(event);
      case 'message_deleted':
        return this.#timeline.remove(event.message_id);
      case 'reaction':
        return this.#timeline.react(event);
      case 'member_update':
        return this.#member(event, live);
      case 'room_updated':
        return this.#renamed(event, live);
      case 'room_deleted':
        return this.#link.gone(this, 'deleted');
    }
  }

  /**
   * @param {any} event
   * @param {boolean} live
   */
  #member(event, live) {
    const member = this.#people.update(event);
    // A replayed ban or removal is history: the server has let us in after it.
    if (!live || member.userId !== this.#link.me()?.id) return;
    if (member.isBanned) this.#link.gone(this, 'banned');
    else if (!member.isMember) this.#link.gone(this, 'left');
  }

  /**
   * @param {{ name: string, is_private: boolean }} event
   * @param {boolean} live
   */
  #renamed({ name, is_private: isPrivate }, live) {
    this.isPrivate = isPrivate;
    // A replayed one may be an old name; the present one came with `joined`.
    if (live) this.#link.rename(this, name);
    this.#link.emit('room', { room: this });
  }
}
