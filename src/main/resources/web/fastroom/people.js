// @ts-check
import { memberOf } from './shapes.js';

/** Who is in the room now, and what is known of its members. */
export class People {
  /** @type {Set<string>} */
  present = new Set();
  /** By user id; complete after `load`. @type {Map<number, import('../fastroom.js').Member>} */
  members = new Map();

  #room;
  #link;

  /**
   * @param {import('./room.js').Room} room
   * @param {import('./rooms.js').Link} link
   */
  constructor(room, link) {
    this.#room = room;
    this.#link = link;
  }

  /** @param {{ users: string[] }} frame */
  state({ users }) {
    this.diff({ join: users, leave: [...this.present].filter((u) => !users.includes(u)) });
  }

  /** @param {{ join?: string[], leave?: string[] }} frame */
  diff({ join = [], leave = [] }) {
    for (const user of leave) this.present.delete(user);
    for (const user of join) this.present.add(user);
    this.#link.emit('presence', { room: this.#room, join, leave });
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
    const changed = new Set();
    const stop = this.#link.on('member', ({ room, member }) => room === this.#room && changed.add(member.userId));
    try {
      for (let offset = 0; offset !== null; ) {
        const page = await this.#link.call('GET', `/rooms/${this.#room.id}/members?limit=200&offset=${offset}`);
        for (const item of page.items) {
          // What the socket said meanwhile is newer than the page.
          if (!changed.has(item.user_id)) this.members.set(item.user_id, memberOf({ is_member: true, ...item }));
        }
        offset = page.has_more ? page.next_offset : null;
      }
    } finally {
      stop();
    }
    this.#link.emit('members', { room: this.#room });
    return this.members;
  }
}
