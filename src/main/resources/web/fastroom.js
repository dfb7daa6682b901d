/**
 * The FastRoom client: one ES module, no dependencies, for browsers and Node 22 or newer.
 *
 *   const client = new FastRoom({ url: 'http://localhost:8000' });
 *   await client.signIn('alice', 'correct horse');
 *   client.on('message', ({ room, message }) => console.log(room.name, message.user, message.text));
 *   client.connect();
 *   const room = client.join('general');
 *   room.send('hello');   // in room.pending at once, in room.messages when the server has committed it
 *
 * It keeps one socket open (back-off with jitter), renews its token in place, and after every reconnect resumes each
 * room behind the last event it saw, so that nothing is lost and nothing comes twice. Types: fastroom.d.ts.
 */

const HELLO_WITHIN = 10_000;
const PONG_WITHIN = 8_000;
const FETCH_WITHIN = 15_000;
const RENEW_BEFORE = 60_000;
const STORE_SETTLES = 150;
const STABLE_AFTER = 10_000;
const LONGEST_WAIT = 30_000;
const LONGEST_TIMER = 2 ** 31 - 1;
const TYPING_LASTS = 6_000;
const TYPING_EVERY = 3_000;
const TRIES = 5;
const PAGE = 50;
const DISCONNECTED = 'disconnected';
const EVENTS = new Set(['chat', 'message_updated', 'message_deleted', 'member_update', 'room_updated', 'room_deleted']);
const TEMPORARY = new Set(['rate_limited', 'unavailable', 'internal']);
const TYPING_REF = 'typing';

/** What the server refused: `status` and `errors` of a call, `code` of a socket error; or `unreachable`, status 0. */
export class FastRoomError extends Error {
  constructor(message, { status = 0, code = null, errors = [], retryAfter = null, cause } = {}) {
    super(message, { cause });
    this.name = 'FastRoomError';
    Object.assign(this, { status, code, errors, retryAfter });
  }
}

class Emitter {
  #listeners = new Map();

  /** Calls `listener` at every event of this type; the returned function ends that. */
  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(listener);
    return () => this.#listeners.get(type).delete(listener);
  }

  _emit(type, event) {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        // A listener's fault is its own: it must surface, but not stop the frames behind it.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/** Keeps the token pair in memory: a session that ends with the process. */
export function memoryStore(pair = null) {
  return {
    key: null,
    read: () => pair,
    write: (next) => {
      pair = next;
    },
    watch: () => {},
  };
}

/** Keeps the token pair in localStorage under `key`, shared by all tabs that use the same key. */
export function browserStore(key) {
  return {
    key,
    read: () => JSON.parse(localStorage.getItem(key) ?? 'null'),
    write: (pair) => (pair ? localStorage.setItem(key, JSON.stringify(pair)) : localStorage.removeItem(key)),
    watch: (listener) => addEventListener('storage', (e) => (e.key === key || e.key === null) && listener()),
  };
}

/** Tokens and REST calls. A refresh token works once, so only one tab at a time may use it. */
class Session extends Emitter {
  #url;
  #store;
  #fetch;
  #pair = null;
  #refreshing = null;
  me = null;

  constructor(url, store, fetch) {
    super();
    [this.#url, this.#store, this.#fetch] = [url, store, fetch];
    this.#adopt(store.read());
    store.watch(() => this.#adopt(store.read()));
  }

  get token() {
    return this.#pair?.access_token ?? null;
  }

  get expiresAt() {
    return this.#pair?.expires_at ?? null;
  }

  async signIn(username, password) {
    const form = new URLSearchParams({ grant_type: 'password', username, password });
    this.#adopt(null);
    this.#save(await read(await this.#request('POST', '/token', form)));
  }

  async signOut() {
    const pair = this.#pair;
    this.#save(null);
    if (pair) {
      await read(await this.#request('POST', '/logout', { refresh_token: pair.refresh_token }, pair.access_token));
    }
  }

  /** A call without a token. */
  async open(method, path, body) {
    return read(await this.#request(method, path, body));
  }

  async call(method, path, body) {
    const { access_token: token } = await this.fresh();
    const answer = await this.#request(method, path, body, token);
    if (answer.status !== 401) return read(answer);
    const { access_token: renewed } = await this.fresh(token);
    return read(await this.#request(method, path, body, renewed));
  }

  /** The pair, renewed when it is past its time or its access token is the `rejected` one. */
  async fresh(rejected = null) {
    if (!this.#pair) throw new FastRoomError('Not signed in', { status: 401, code: 'unauthorized' });
    const { access_token: token, expires_at: end } = this.#pair;
    return token === rejected || end <= Date.now() ? this.renew(token) : this.#pair;
  }

  /** Replaces the pair that holds `token`, unless another tab already has. */
  renew(token) {
    const locks = this.#store.key ? globalThis.navigator?.locks : null;
    const rotate = () => this.#rotate(token);
    this.#refreshing ??= (locks ? locks.request(`${this.#store.key}:refresh`, rotate) : rotate()).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #rotate(token) {
    // What another tab has written reaches this one a moment later, and a tab that was asleep wakes up with old news.
    // An old refresh token would look like a stolen one.
    if (this.#store.key) await pause(STORE_SETTLES);
    const pair = this.#store.read();
    if (pair && pair.access_token !== token) return this.#adopt(pair);
    if (pair) {
      const answer = await this.#request('POST', '/refresh', { refresh_token: pair.refresh_token });
      if (answer.status !== 401) return this.#save(await read(answer));
      // Without Web Locks another tab may have won the same race a moment ago: its pair appears in the store.
      for (let look = 0; look < 5; look++) {
        const now = this.#store.read();
        if (now?.refresh_token !== pair.refresh_token) break;
        await pause(300);
      }
      const now = this.#store.read();
      if (now && now.refresh_token !== pair.refresh_token) return this.#adopt(now);
    }
    this.#save(null);
    throw new FastRoomError('The session has ended, sign in again', { status: 401, code: 'unauthorized' });
  }

  #save(answer) {
    const pair = answer && {
      access_token: answer.access_token,
      refresh_token: answer.refresh_token,
      expires_at: Date.now() + answer.expires_in * 1000,
    };
    this.#store.write(pair);
    return this.#adopt(pair);
  }

  #adopt(pair) {
    const [before, me] = [this.#pair, pair && owner(pair.access_token)];
    // The store may hold someone else by now: what was opened as one user must never go on as another.
    const same = !before || me?.id === this.me.id;
    [this.#pair, this.me] = same ? [pair, me] : [null, null];
    if (!this.#pair && before) this._emit('ended');
    else if (pair && pair.access_token !== before?.access_token) this._emit('renewed', pair);
    return this.#pair;
  }

  async #request(method, path, body, token) {
    const headers = { Accept: 'application/json' };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body && !(body instanceof URLSearchParams)) headers['Content-Type'] = 'application/json';
    const text = !body || body instanceof URLSearchParams ? body : JSON.stringify(body);
    const signal = AbortSignal.timeout(FETCH_WITHIN);
    try {
      return await this.#fetch(this.#url + path, { method, headers, body: text, signal, cache: 'no-store' });
    } catch (cause) {
      throw new FastRoomError('The server cannot be reached', { code: 'unreachable', cause });
    }
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Who a token speaks for, by its own claims. */
function owner(token) {
  const { uid, sub } = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
  return { id: uid, username: sub };
}

async function read(answer) {
  const text = await answer.text();
  if (answer.ok) return text ? JSON.parse(text) : null;
  let problem = {};
  try {
    problem = JSON.parse(text);
  } catch {
    /* A proxy's own error page: the status says enough. */
  }
  throw new FastRoomError(problem.detail ?? problem.title ?? `The server answered ${answer.status}`, {
    status: answer.status,
    errors: problem.errors,
    retryAfter: Number(answer.headers.get('Retry-After')) || null,
  });
}

/** A live room. Everything here is the server's truth as of `seq`, except `pending`, which is yours. */
export class Room {
  /** Null until first joined; a room is its id, its name may change. */
  id = null;
  /** Null while unknown. */
  isPrivate = null;
  /** joining (never was in), live, waiting (for the connection), gone (see `reason`). */
  state = 'joining';
  reason = null;
  seq = null;
  /** In the order of the room, frozen objects; a change replaces the object. */
  messages = [];
  /** Own messages not yet committed, in the order they were sent. */
  pending = [];
  /** Whether older messages than messages[0] exist. */
  hasMore = false;
  /** Names of the users in the room now, on any node. */
  present = new Set();
  /** What is known of members, by user id; complete after `loadMembers`. */
  members = new Map();

  /** Set while older messages are being read: the list is then not cut down to `maxMessages`. */
  #reading = false;
  #link;
  #limit;
  #headAtJoin = null;
  #resuming = false;
  #outbox = new Map();
  #typing = new Map();
  #typedAt = 0;
  #older = null;
  #changedWhileLoading = new Map();

  constructor(name, link, limit) {
    this.name = name;
    this.#link = link;
    this.#limit = limit;
    this.ready = new Promise((resolve, reject) => {
      this._ready = { resolve, reject };
    });
    this.ready.catch(() => {});
  }

  /** What you are in this room; undefined until it is known. */
  get me() {
    return this.members.get(this.#link.me()?.id);
  }

  /** Names of others who are typing. */
  get typing() {
    return [...this.#typing.keys()];
  }

  /** Queues a message; it is sent again after every reconnect until the server has answered, and never doubled. */
  send(text) {
    const me = this.#link.me();
    const clientId = uuid();
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
      state: 'sending',
      error: null,
    });
    this.pending.push(message);
    this.#outbox.set(clientId, { sent: false, tries: 0 });
    this.#typedAt = 0;
    this.#link.emit('message', { room: this, message, live: true });
    if (this.state === 'gone') this._refuse(clientId, this.reason, 'You are no longer in this room');
    this._pump();
    return message;
  }

  /** Sends a failed message again, under the same `clientId`. */
  retry(clientId) {
    if (this.state === 'gone' || !this.#mark(clientId, 'sending', null)) return;
    this.#outbox.set(clientId, { sent: false, tries: 0 });
    this._pump();
  }

  /** Forgets a failed message. */
  discard(clientId) {
    const message = this.pending.find((m) => m.clientId === clientId && m.state === 'failed');
    if (message) this.#unqueue(clientId);
    if (message) this.#link.emit('remove', { room: this, message });
  }

  /** Call it at every key press; peers see at most one typing frame in three seconds. */
  typed() {
    if (this.state !== 'live' || Date.now() - this.#typedAt < TYPING_EVERY || this.me?.isMuted) return;
    this.#typedAt = Date.now();
    this.#link.send({ type: 'typing', room: this.name, isTyping: true, ref: TYPING_REF });
  }

  /** Tells peers at once that nothing is being typed any more. */
  stoppedTyping() {
    if (this.state !== 'live' || this.#typedAt === 0) return;
    this.#typedAt = 0;
    this.#link.send({ type: 'typing', room: this.name, isTyping: false, ref: TYPING_REF });
  }

  /** Loads one page of older messages; answers whether any came. Memory grows by it until `trim`. */
  loadOlder() {
    const oldest = this.messages.find((m) => m.id !== null);
    if (!this.hasMore || !oldest || this.state !== 'live') return Promise.resolve(false);
    this.#reading = true;
    this.#older ??= new Promise((resolve) => {
      this.#changedWhileLoading.clear();
      this.#link.ask({ type: 'history_more', room: this.name, before_id: oldest.id }, (answer) => {
        this.#older = null;
        resolve(answer.type === 'history_more' && this.#prepend(answer));
      });
    });
    return this.#older;
  }

  /** Ends the reading of older messages: their memory is given back, down to the client's `maxMessages`. */
  trim() {
    this.#reading = false;
    this.#shorten(0);
  }

  /** Fills `members` from the member list. */
  async loadMembers() {
    const changed = new Set();
    const stop = this.#link.on('member', ({ room, member }) => room === this && changed.add(member.userId));
    try {
      for (let offset = 0; offset !== null;) {
        const page = await this.#link.call('GET', `/rooms/${this.id}/members?limit=200&offset=${offset}`);
        for (const member of page.items.map((m) => memberOf({ is_member: true, ...m }))) {
          // What the socket said meanwhile is newer than the page.
          if (!changed.has(member.userId)) this.members.set(member.userId, member);
        }
        offset = page.has_more ? page.next_offset : null;
      }
    } finally {
      stop();
    }
    this.#link.emit('members', { room: this });
    return this.members;
  }

  _joined(frame) {
    this.id = frame.room_id;
    this.#headAtJoin = frame.seq;
    this.#resuming = false;
  }

  _receive(frame) {
    switch (frame.type) {
      case 'presence_state':
        return this.#presence(
          frame.users,
          [...this.present].filter((u) => !frame.users.includes(u)),
        );
      case 'presence_diff':
        return this.#presence(frame.join ?? [], frame.leave ?? []);
      case 'typing':
        return this.#typingOf(frame.user, frame.isTyping);
      case 'history':
        return this.#history(frame);
      case 'system':
        return this.#link.emit('system', { room: this, text: frame.message });
      case 'left':
        return this.#link.gone(this, 'left');
      default:
        return this.#event(frame, true);
    }
  }

  _offline() {
    if (this.state === 'live') this.state = 'waiting';
    for (const sending of this.#outbox.values()) sending.sent = false;
    for (const user of this.typing) this.#typingOf(user, false);
  }

  _gone(reason) {
    [this.state, this.reason] = ['gone', reason];
    for (const { clientId } of [...this.pending]) this._refuse(clientId, reason, 'You are no longer in this room');
    for (const user of this.typing) this.#typingOf(user, false);
    this._ready.reject(new FastRoomError(`Not in ${this.name}: ${reason}`, { code: reason }));
  }

  /** Sends the first message that waits. The next one goes when it is answered: a retry must not change their order. */
  _pump() {
    if (this.state !== 'live' || this.#link.paused()) return;
    const next = this.pending.find((m) => m.state === 'sending');
    if (!next || this.#outbox.get(next.clientId).sent) return;
    const { clientId, text } = next;
    this.#outbox.get(clientId).sent = true;
    this.#link.ask({ type: 'chat', room: this.name, message: text, client_id: clientId, ref: clientId }, (answer) => {
      if (answer.type === 'error' && answer.code !== DISCONNECTED) this.#refused(clientId, answer);
    });
  }

  _refuse(clientId, code, text) {
    this.#outbox.delete(clientId);
    this.#mark(clientId, 'failed', { code, message: text });
  }

  #refused(clientId, { code, message, retry_after_ms: wait = 0 }) {
    const sending = this.#outbox.get(clientId);
    if (!sending) return;
    sending.sent = false;
    // The name may have changed a moment ago, with the news of it still on the way.
    if (code === 'not_in_room' || code === 'room_not_found') {
      this.#link.rejoin(this);
    } else if (TEMPORARY.has(code) && ++sending.tries <= TRIES) {
      this.#link.pause(Math.max(wait, 1000 * 2 ** (sending.tries - 1)));
    } else {
      this._refuse(clientId, code, message);
      this._pump();
    }
  }

  #mark(clientId, state, error) {
    const at = this.pending.findIndex((m) => m.clientId === clientId);
    if (at < 0) return false;
    this.pending[at] = Object.freeze({ ...this.pending[at], state, error });
    this.#link.emit('change', { room: this, message: this.pending[at] });
    return true;
  }

  #unqueue(clientId) {
    this.#outbox.delete(clientId);
    this.pending = this.pending.filter((m) => m.clientId !== clientId);
    this._pump();
  }

  #presence(join, leave) {
    for (const user of leave) this.present.delete(user);
    for (const user of join) this.present.add(user);
    for (const user of leave) this.#typingOf(user, false);
    this.#link.emit('presence', { room: this, join, leave });
  }

  #typingOf(user, isTyping) {
    if (user === this.#link.me()?.username || (!isTyping && !this.#typing.has(user))) return;
    clearTimeout(this.#typing.get(user));
    this.#typing.delete(user);
    // Whoever vanishes while typing never says that they stopped.
    if (isTyping)
      this.#typing.set(
        user,
        setTimeout(() => this.#typingOf(user, false), TYPING_LASTS),
      );
    this.#link.emit('typing', { room: this, users: this.typing });
  }

  #history({ messages, resumed = false, more = false }) {
    if (resumed) {
      for (const event of messages) this.#event({ type: 'chat', ...event }, false);
    } else {
      if (!this.#resuming) this.messages = [];
      this.messages.push(...messages.filter((m) => !m.deleted).map((m) => this.#settle(messageOf(m))));
      this.hasMore = this.messages.length >= PAGE;
    }
    this.#resuming = more;
    if (more) return;
    // Only now: a connection lost half way through must ask for the rest again.
    this.seq = resumed ? Math.max(this.seq, this.#headAtJoin) : this.#headAtJoin;
    this.state = 'live';
    this._ready.resolve(this);
    this.#link.emit('history', { room: this, kind: resumed ? 'resumed' : 'reset' });
    this.#link.emit('room', { room: this });
    this._pump();
  }

  #event(event, live) {
    if (!EVENTS.has(event.type)) return;
    if (event.seq !== undefined) {
      if (this.seq !== null && event.seq <= this.seq) {
        // The one event that may come late: the answer to a message that was sent a second time.
        if (event.type === 'chat' && this.#outbox.has(event.client_id)) this.#chat(event, live);
        return;
      }
      if (this.seq !== null) this.seq = event.seq;
    }
    switch (event.type) {
      case 'chat':
        return this.#chat(event, live);
      case 'message_updated':
        return this.#updated(event);
      case 'message_deleted':
        return this.#deleted(event.message_id);
      case 'member_update':
        return this.#member(event, live);
      case 'room_updated':
        return this.#renamed(event, live);
      case 'room_deleted':
        return this.#link.gone(this, 'deleted');
    }
  }

  #chat(event, live) {
    const message = this.#settle(messageOf(event));
    this.#typingOf(message.user, false);
    if (event.deleted) return this.#deleted(message.id);
    const known = message.id === null ? -1 : this.messages.findLastIndex((m) => m.id === message.id);
    if (known >= 0) return;
    if (this.messages.length && message.seq < this.messages[0].seq && this.hasMore) return;
    const before =
      message.seq === null
        ? this.messages.length - 1
        : this.messages.findLastIndex((m) => m.seq === null || m.seq < message.seq);
    this.messages.splice(before + 1, 0, message);
    this.#link.emit('message', { room: this, message, live });
    if (!this.#reading) this.#shorten(PAGE);
  }

  /** A committed message of one's own leaves the queue. */
  #settle(message) {
    if (message.userId === this.#link.me()?.id && message.clientId) this.#unqueue(message.clientId);
    return message;
  }

  #updated({ message_id: id, content, ts }) {
    // An empty text is the replay of an edit of a message that was deleted later.
    if (content === '') return;
    if (this.#older) this.#changedWhileLoading.set(id, { text: content, editedAt: ts });
    const at = this.messages.findLastIndex((m) => m.id === id);
    if (at < 0) return;
    this.messages[at] = Object.freeze({ ...this.messages[at], text: content, editedAt: ts });
    this.#link.emit('change', { room: this, message: this.messages[at] });
  }

  #deleted(id) {
    if (this.#older) this.#changedWhileLoading.set(id, null);
    const at = this.messages.findLastIndex((m) => m.id === id);
    if (at < 0) return;
    const [message] = this.messages.splice(at, 1);
    this.#link.emit('remove', { room: this, message });
  }

  #member(event, live) {
    const member = memberOf(event);
    const before = this.members.get(member.userId);
    this.members.set(member.userId, { ...member, joinedAt: before?.joinedAt ?? event.ts });
    this.#link.emit('member', { room: this, member });
    // A replayed ban or removal is history: the server has let us in after it.
    if (!live || member.userId !== this.#link.me()?.id) return;
    if (member.isBanned) this.#link.gone(this, 'banned');
    else if (!member.isMember) this.#link.gone(this, 'left');
  }

  #renamed({ name, is_private: isPrivate }, live) {
    this.isPrivate = isPrivate;
    // A replayed one may be an old name; the present one came with `joined`.
    if (live) this.#link.rename(this, name);
    this.#link.emit('room', { room: this });
  }

  #prepend({ messages, more }) {
    const known = new Set(this.messages.map((m) => m.id));
    const page = messages.filter((m) => !m.deleted && !known.has(m.message_id)).map((m) => this.#settle(messageOf(m)));
    // An edit or a deletion may have overtaken the page on its way.
    const current = page
      .filter((m) => this.#changedWhileLoading.get(m.id) !== null)
      .map((m) => Object.freeze({ ...m, ...this.#changedWhileLoading.get(m.id) }));
    this.messages.unshift(...current);
    this.hasMore = more;
    this.#link.emit('history', { room: this, kind: 'older' });
    return current.length > 0;
  }

  #shorten(slack) {
    if (this.messages.length <= this.#limit + slack) return;
    this.messages.splice(0, this.messages.length - this.#limit);
    this.hasMore = true;
    this.#link.emit('history', { room: this, kind: 'trimmed' });
  }
}

/** The connection, the session and the rooms. */
export class FastRoom extends Emitter {
  /** { phase: 'offline' | 'connecting' | 'online' | 'waiting', retryAt (ms, null unless waiting), code, attempt } */
  state = { phase: 'offline', retryAt: null, code: null, attempt: 0 };

  #url;
  #session;
  #WebSocket;
  #maxMessages;
  #random;
  #rooms = new Set();
  #byName = new Map();
  #socket = null;
  #wanted = false;
  #turn = 0;
  #rejected = null;
  #failures = 0;
  #timers = {};
  #heard = 0;
  #asked = new Map();
  #asks = 0;
  #pausedUntil = 0;
  #link = {
    me: () => this.me,
    on: (type, listener) => this.on(type, listener),
    emit: (type, event) => this._emit(type, event),
    call: (method, path, body) => this.call(method, path, body),
    send: (frame) => this.#send(frame),
    ask: (frame, answered) => this.#ask(frame, answered),
    gone: (room, reason) => this.#gone(room, reason),
    rename: (room, name) => this.#rename(room, name),
    rejoin: (room) => room.state === 'live' && this.#join(room),
    paused: () => Date.now() < this.#pausedUntil,
    pause: (ms) => this.#pause(ms),
  };

  constructor({
    url = globalThis.location?.origin,
    store = memoryStore(),
    maxMessages = 500,
    random = Math.random,
    WebSocket = globalThis.WebSocket,
    fetch = (...args) => globalThis.fetch(...args),
  } = {}) {
    super();
    this.#url = url.replace(/\/+$/, '');
    [this.#WebSocket, this.#maxMessages, this.#random] = [WebSocket, maxMessages, random];
    this.#session = new Session(this.#url, store, fetch);
    this.#session.on('renewed', ({ access_token: token }) => this.#authenticate(token));
    this.#session.on('ended', () => this.#ended());
    globalThis.addEventListener?.('online', () => this.retryNow());
    globalThis.document?.addEventListener('visibilitychange', () => document.hidden || this.#probe());
  }

  /** { id, username } of the signed-in user, or null. */
  get me() {
    return this.#session.me;
  }

  /** The rooms joined through this client, in the order of joining. */
  get rooms() {
    return [...this.#rooms];
  }

  /** Makes an account; answers the user. It does not sign in. */
  register({ username, password, email, fullName }) {
    const body = { username, password, email: email || undefined, full_name: fullName || undefined };
    return this.#session.open('POST', '/register', body);
  }

  signIn(username, password) {
    return this.#session.signIn(username, password);
  }

  /** Ends the session here and on the server; the tokens are dead afterwards. */
  signOut() {
    return this.#session.signOut();
  }

  /** Any REST call with the session's token; `body` is sent as JSON. Rejects with a FastRoomError. */
  call(method, path, body) {
    return this.#session.call(method, path, body);
  }

  listRooms({ limit = 200, offset = 0, order = 'desc' } = {}) {
    return this.call('GET', `/rooms?limit=${limit}&offset=${offset}&order=${order}`);
  }

  findRoom(name) {
    return this.call('GET', `/rooms/by-name/${encodeURIComponent(name)}`);
  }

  createRoom(name, isPrivate = false) {
    return this.call('POST', '/rooms', { name, is_private: isPrivate });
  }

  /** `change` is { name?, is_private? }. */
  updateRoom(roomId, change) {
    return this.call('PATCH', `/rooms/${roomId}`, change);
  }

  deleteRoom(roomId) {
    return this.call('DELETE', `/rooms/${roomId}`);
  }

  /** Ends the membership, on all of the user's sockets. */
  leaveRoom(roomId) {
    return this.call('DELETE', `/rooms/${roomId}/leave`);
  }

  addMember(roomId, username) {
    return this.call('POST', `/rooms/${roomId}/members`, { username });
  }

  removeMember(roomId, userId) {
    return this.call('DELETE', `/rooms/${roomId}/members/${userId}`);
  }

  /** `mark` is 'moderator', 'ban' or 'mute'. */
  setMember(roomId, userId, mark, enabled) {
    return this.call('POST', `/rooms/${roomId}/members/${userId}/${mark}`, { enabled });
  }

  editMessage(roomId, messageId, content) {
    return this.call('PATCH', `/rooms/${roomId}/messages/${messageId}`, { content });
  }

  deleteMessage(roomId, messageId) {
    return this.call('DELETE', `/rooms/${roomId}/messages/${messageId}`);
  }

  /** Opens the socket and keeps it open until `close` or the end of the session. */
  connect() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#open();
  }

  /** Closes the socket. The rooms stay and are resumed by the next `connect`. */
  close() {
    this.#wanted = false;
    this.#drop(1000);
    this.#set('offline');
  }

  /** Does not wait for the countdown. */
  retryNow() {
    if (this.state.phase === 'waiting') this.#open();
  }

  /** The live room of this name, joined now or as soon as there is a connection; `await room.ready` to be sure. */
  join(name) {
    const known = this.#byName.get(name);
    if (known) return known;
    const room = new Room(name, this.#link, this.#maxMessages);
    this.#rooms.add(room);
    this.#byName.set(name, room);
    if (this.state.phase === 'online') this.#join(room);
    return room;
  }

  /** Leaves the live room, not the membership. */
  leave(room) {
    this.#send({ type: 'leave', room: room.name });
    this.#gone(room, 'left');
  }

  async #open() {
    const turn = ++this.#turn;
    clearTimeout(this.#timers.retry);
    this.#set('connecting');
    let token;
    try {
      token = (await this.#session.fresh(this.#rejected)).access_token;
    } catch (error) {
      if (error.status !== 401 && turn === this.#turn && this.#wanted) this.#later(null);
      return;
    }
    if (turn !== this.#turn || !this.#wanted) return;
    const socket = new this.#WebSocket(`${this.#url.replace(/^http/, 'ws')}/ws`, ['bearer', token]);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#socket === socket && this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => this.#socket === socket && this.#closed(code, token);
    this.#timers.hello = setTimeout(() => this.#lost(), HELLO_WITHIN);
  }

  #receive(frame) {
    this.#heard++;
    const answered = this.#asked.get(frame.ref);
    this.#asked.delete(frame.ref);
    answered?.(frame);
    if (frame.type === 'system' && frame.room === undefined) return this.#welcome(frame);
    if (frame.type === 'error') return this.#error(frame, answered !== undefined);
    this.#byName.get(frame.room)?._receive(frame);
  }

  #welcome({ heartbeatInterval = 25 }) {
    clearTimeout(this.#timers.hello);
    this.#rejected = null;
    this.#timers.beat = setInterval(() => this.#probe(), heartbeatInterval * 1000);
    this.#timers.stable = setTimeout(() => {
      this.#failures = 0;
    }, STABLE_AFTER);
    this.#renewInTime();
    this.#set('online');
    for (const room of this.#rooms) this.#join(room);
  }

  #join(room) {
    if (room.state === 'live') room.state = 'waiting';
    const since = room.seq ?? undefined;
    this.#ask({ type: 'join', room: room.name, since }, (answer) => {
      if (room.state === 'gone') return;
      if (answer.type === 'error') this.#notJoined(room, answer);
      else if (room.id !== null && room.id !== answer.room_id) this.#misled(room, answer);
      else this.#in(room, answer);
    });
  }

  #in(room, joined) {
    room._joined(joined);
    this.#rename(room, joined.room);
  }

  /** The name was given to another room while the connection was away. */
  #misled(room, { room: name }) {
    this.#send({ type: 'leave', room: name });
    this.#find(room);
  }

  #notJoined(room, { code }) {
    if (code === DISCONNECTED) return;
    if (TEMPORARY.has(code)) setTimeout(() => this.#rejoin(room), 1000 + this.#random() * 2000);
    else if (code === 'room_not_found' && room.id !== null) this.#find(room);
    else this.#gone(room, code);
  }

  #rejoin(room) {
    if (this.state.phase === 'online' && room.state !== 'gone' && room.state !== 'live') this.#join(room);
  }

  /** Looks a room up by its id when its name no longer leads to it. */
  async #find(room) {
    if (this.#byName.get(room.name) === room) this.#byName.delete(room.name);
    try {
      const { name, is_private: isPrivate } = await this.call('GET', `/rooms/${room.id}`);
      if (name === room.name) return this.#gone(room, 'room_not_found');
      room.isPrivate = isPrivate;
      this.#rename(room, name);
      this._emit('room', { room });
      this.#rejoin(room);
    } catch (error) {
      if (error.status === 403 || error.status === 404) this.#gone(room, error.status === 403 ? 'banned' : 'deleted');
      else setTimeout(() => room.state !== 'gone' && this.#find(room), 3000);
    }
  }

  #rename(room, name) {
    if (this.#byName.get(room.name) === room) this.#byName.delete(room.name);
    room.name = name;
    this.#byName.set(name, room);
  }

  #gone(room, reason) {
    if (!this.#rooms.delete(room)) return;
    if (this.#byName.get(room.name) === room) this.#byName.delete(room.name);
    room._gone(reason);
    this._emit('gone', { room, reason });
  }

  #error({ code, message, room: name, ref }, answered) {
    const room = this.#byName.get(name);
    // It follows the `member_update` that has already put us out, or comes instead of it.
    if (code === 'banned' && !answered) return room && this.#gone(room, code);
    if (code === 'banned' && room?.state === 'live') return this.#gone(room, code);
    // A refused token shows in the close code that follows.
    if (!answered && ref !== TYPING_REF && code !== 'unauthorized')
      this._emit('fault', { code, message, room: room ?? null });
  }

  #ask(frame, answered) {
    const ref = frame.ref ?? `r${++this.#asks}`;
    this.#asked.set(ref, answered);
    this.#send({ ...frame, ref });
  }

  #send(frame) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
  }

  /** Asks the server for a sign of life; a connection that died without a word is noticed here. */
  #probe() {
    if (this.state.phase !== 'online') return;
    const [heard, socket] = [this.#heard, this.#socket];
    this.#send({ type: 'ping' });
    setTimeout(() => this.#socket === socket && this.#heard === heard && this.#lost(), PONG_WITHIN);
  }

  #lost() {
    this.#drop(1000);
    if (this.#wanted) this.#later(null);
  }

  #closed(code, token) {
    if (code === 4401) this.#rejected = token;
    this.#drop();
    if (this.#wanted) this.#later(code);
  }

  /** Forgets the socket. What it still had to answer is answered as lost. */
  #drop(code) {
    const [socket, asked] = [this.#socket, this.#asked];
    [this.#socket, this.#asked] = [null, new Map()];
    this.#turn++;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    clearInterval(this.#timers.beat);
    if (code && socket) socket.close(code);
    for (const room of this.#rooms) room._offline();
    for (const answered of asked.values()) answered({ type: 'error', code: DISCONNECTED });
  }

  #later(code) {
    const wait = waitAfter(code, this.#failures++, this.#random());
    this.#timers.retry = setTimeout(() => this.#open(), wait);
    this.#set('waiting', { retryAt: Date.now() + wait, code });
  }

  #set(phase, { retryAt = null, code = null } = {}) {
    this.state = { phase, retryAt, code, attempt: this.#failures };
    this._emit('state', this.state);
    for (const room of this.#rooms) if (phase !== 'online') this._emit('room', { room });
  }

  #authenticate(token) {
    if (this.state.phase !== 'online') return;
    this.#send({ type: 'auth', access_token: token });
    this.#renewInTime();
  }

  #renewInTime() {
    const [token, left] = [this.#session.token, this.#session.expiresAt - Date.now()];
    // Each tab at a moment of its own, so that the first one spares the others the call.
    const before = Math.min(RENEW_BEFORE, left / 5) * (1 + this.#random());
    const wait = Math.min(Math.max(left - before, 1000), LONGEST_TIMER);
    clearTimeout(this.#timers.renew);
    this.#timers.renew = setTimeout(async () => {
      try {
        if (wait < LONGEST_TIMER) await this.#session.renew(token);
      } catch (error) {
        if (error.status === 401) return;
      }
      // Tried again when the server was away; a renewed token has set its own timer.
      if (this.state.phase === 'online' && this.#session.token === token) this.#renewInTime();
    }, wait);
  }

  #ended() {
    this.close();
    for (const room of this.rooms) this.#gone(room, 'signed_out');
    this._emit('signedout');
  }

  #pause(ms) {
    const wait = ms * (1 + this.#random());
    this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + wait);
    setTimeout(() => this.#rooms.forEach((room) => room._pump()), this.#pausedUntil - Date.now() + 10);
  }
}

/** How long to stay away: restarts are spread over a second, refusals wait longer, failures back off up to 30 s. */
function waitAfter(code, failures, random) {
  const longest = Math.min(LONGEST_WAIT, 1000 * 2 ** failures);
  if (code === 1008 || code === 1013) return Math.max(5000, longest) * (0.5 + random);
  return failures === 0 ? random * 1000 : longest * (0.5 + random / 2);
}

function messageOf(frame) {
  const { message_id: id = null, client_id: clientId = null, seq = null, user, user_id: userId = null } = frame;
  return Object.freeze({
    key: clientId ? `${userId}/${clientId}` : String(id ?? uuid()),
    id,
    clientId,
    seq,
    user,
    userId,
    text: frame.message,
    ts: frame.ts,
    editedAt: frame.edited_at ?? null,
    state: 'sent',
    error: null,
  });
}

function memberOf(m) {
  return {
    userId: m.user_id,
    username: m.username,
    isMember: m.is_member,
    isModerator: m.is_moderator,
    isBanned: m.is_banned,
    isMuted: m.is_muted,
    joinedAt: m.joined_at ?? null,
  };
}

/** crypto.randomUUID exists on secure origins only; a FastRoom on plain http in a home network is none. */
function uuid() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
