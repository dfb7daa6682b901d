// @ts-check

/** The server tells each change once, and when somebody has stopped; this is for what gets lost on the way. */
const LASTS = 60_000;
const TOLD_EVERY = 3_000;

/** The `ref` of what is told of one's own typing: its refusal interests nobody. */
export const TYPING_REF = 'typing';

/** Who is typing, and telling others that one is. */
export class Typing {
  #room;
  #link;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #others = new Map();
  #toldAt = 0;

  /**
   * @param {import('./room.js').Room} room
   * @param {import('./rooms.js').Link} link
   */
  constructor(room, link) {
    this.#room = room;
    this.#link = link;
  }

  /** Names of others who are typing. */
  get users() {
    return [...this.#others.keys()];
  }

  pressed() {
    if (this.#room.state !== 'live' || Date.now() - this.#toldAt < TOLD_EVERY || this.#room.me?.isMuted) return;
    this.#toldAt = Date.now();
    this.#tell(true);
  }

  stopped() {
    if (this.#room.state !== 'live' || this.#toldAt === 0) return;
    this.#toldAt = 0;
    this.#tell(false);
  }

  /** What was typed has been sent, which says by itself that nothing is being typed. */
  sent() {
    this.#toldAt = 0;
  }

  /**
   * @param {string} user
   * @param {boolean} isTyping
   */
  of(user, isTyping) {
    if (user === this.#link.me()?.username || (!isTyping && !this.#others.has(user))) return;
    clearTimeout(this.#others.get(user));
    this.#others.delete(user);
    const over = () => this.of(user, false);
    if (isTyping) this.#others.set(user, setTimeout(over, LASTS));
    this.#link.emit('typing', { room: this.#room, users: this.users });
  }

  /** Nobody is, as far as can be known. */
  clear() {
    for (const user of this.users) this.of(user, false);
  }

  /** @param {boolean} isTyping */
  #tell(isTyping) {
    this.#link.send({ type: 'typing', room: this.#room.name, isTyping, ref: TYPING_REF });
  }
}
