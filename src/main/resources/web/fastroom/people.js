// @ts-check
import { paginate, query } from './query.js';
import { memberOf } from './shapes.js';

const RELOAD_AFTER = 3000;
/** Those who come into a public room at about the same time cost one reading of the list. */
const GATHER = 500;

/** Who is in the room now, and what is known of its members. */
export class People {
  /** @type {Set<string>} */
  present = new Set();
  /** How many there are. */
  count = 0;
  /** Whether `present` has only the first of them. */
  partial = false;
  /** By user id; complete after `load`. @type {Map<number, import('../fastroom.js').Member>} */
  members = new Map();

  #room;
  #link;
  /** A list that comes in parts replaces the old one when it is complete. @type {Set<string> | null} */
  #parts = null;
  #loaded = false;
  /** @type {ReturnType<typeof setTimeout> | null} */
  #strangers = null;

  /**
   * @param {import('./room.js').Room} room
   * @param {import('./rooms.js').Link} link
   */
  constructor(room, link) {
    this.#room = room;
    this.#link = link;
  }

  /** What comes next is the whole list, from its first part on. */
  startOver() {
    this.#parts = null;
  }

  /** @param {{ users: string[], count?: number, partial?: boolean, more?: boolean }} frame */
  state({ users, count, partial = false, more = false }) {
    this.#parts ??= new Set();
    for (const user of users) this.#parts.add(user);
    if (more) return;
    const [before, now] = [this.present, this.#parts];
    [this.present, this.partial, this.#parts] = [now, partial, null];
    this.count = count ?? now.size;
    // Whoever a partial list does not name may still be here.
    const leave = partial ? [] : [...before].filter((user) => !now.has(user));
    this.#link.emit('presence', { room: this.#room, join: [...now], leave });
  }

  /** @param {{ join?: string[], leave?: string[], count?: number }} frame */
  diff({ join = [], leave = [], count }) {
    // It may come between the parts of a list, and holds for both.
    for (const users of [this.present, this.#parts]) {
      for (const user of leave) users?.delete(user);
      for (const user of join) users?.add(user);
    }
    this.count = count ?? (this.partial ? Math.max(0, this.count + join.length - leave.length) : this.present.size);
    this.#link.emit('presence', { room: this.#room, join, leave });
    this.#meet(join);
  }

  /** Coming into a public room is no event: of whom the list does not know yet only presence tells. @param {string[]} join */
  #meet(join) {
    if (!this.#loaded || this.partial || this.#strangers !== null) return;
    const known = new Set([...this.members.values()].filter((m) => m.isMember).map((m) => m.username));
    if (join.every((user) => known.has(user))) return;
    this.#strangers = setTimeout(() => {
      this.#strangers = null;
      if (this.#room.state === 'live') this.#reload();
    }, GATHER);
  }

  /** Rights may have changed unseen: members are unknown until the list has been read again. */
  forget() {
    this.members = new Map();
    if (this.#loaded) this.#reload();
  }

  /**
   * @param {any} event
   * @returns {import('../fastroom.js').Member}
   */
  update(event) {
    const member = memberOf(event);
    const before = this.members.get(member.userId);
    this.members.set(member.userId, { ...member, joinedAt: before?.joinedAt ?? event.ts });
    this.#link.emit('member', { room: this.#room, member });
    return member;
  }

  /** Fills `members` from the member list. */
  async load() {
    this.#loaded = true;
    const changed = new Set();
    const stop = this.#link.on('member', ({ room, member }) => room === this.#room && changed.add(member.userId));
    try {
      const path = `/rooms/${this.#room.id}/members`;
      for await (const item of paginate((cursor) => this.#link.call('GET', path + query({ limit: 200, cursor })))) {
        // What the socket said meanwhile is newer than the page.
        if (!changed.has(item.user_id)) this.#listed(item);
      }
    } finally {
      stop();
    }
    this.#link.emit('members', { room: this.#room });
    return this.members;
  }

  /**
   * The list does not tell why and until when; what an event has told still holds while the mark does.
   * @param {any} item
   */
  #listed(item) {
    const [before, member] = [this.members.get(item.user_id), memberOf({ is_member: true, ...item })];
    const same = before?.isBanned === member.isBanned && before.isMuted === member.isMuted;
    const { reason, until } = same ? before : member;
    this.members.set(member.userId, { ...member, reason, until });
  }

  async #reload() {
    try {
      await this.load();
    } catch {
      // The server may be away for the same reason for which the room has started over.
      setTimeout(() => this.#room.state === 'live' && this.#reload(), RELOAD_AFTER);
    }
  }
}
