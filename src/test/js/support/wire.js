/** The other end of the client in a test: what it sends is looked at, what it gets is said, one frame at a time. */
import { FastRoom, memoryStore } from '../../../main/resources/web/fastroom.js';

const claims = (o) => Buffer.from(JSON.stringify(o)).toString('base64url');

/** A token pair as the server answers it; `version` makes it another one. */
export function pairOf(username, id, version = 1, expiresIn = 3600) {
  return {
    access_token: `e30.${claims({ sub: username, uid: id, version })}.x`,
    refresh_token: `${username}-${version}`,
    token_type: 'bearer',
    expires_in: expiresIn,
  };
}

/** The same as the client stores it. */
export function stored(pair) {
  return {
    access_token: pair.access_token,
    refresh_token: pair.refresh_token,
    expires_at: Date.now() + pair.expires_in * 1000,
  };
}

export class Wire {
  sockets = [];
  calls = [];
  answers = {};

  constructor() {
    const wire = this;
    this.WebSocket = class {
      readyState = 0;
      sent = [];

      constructor(url, protocols) {
        [this.url, this.token] = [url, protocols[1]];
        wire.sockets.push(this);
      }

      send(text) {
        this.sent.push(JSON.parse(text));
      }

      close() {
        this.readyState = 3;
      }
    };
    this.fetch = async (url, { method, headers, body, signal }) => {
      const { pathname, searchParams: query } = new URL(url);
      const path = `${method} ${pathname}`;
      const call = {
        path,
        query,
        token: headers.Authorization?.slice(7),
        body: typeof body === 'string' ? JSON.parse(body) : body,
        signal,
      };
      this.calls.push(call);
      const [status, json] = (await this.answers[path]?.(call)) ?? [404, { detail: 'not in this test' }];
      return new Response(status === 204 ? null : JSON.stringify(json), { status });
    };
  }

  get socket() {
    return this.sockets.at(-1);
  }

  /** What the client sent on the present socket, of one type. */
  sent(type) {
    return this.socket.sent.filter((frame) => frame.type === type);
  }

  open() {
    this.socket.readyState = 1;
    this.push({ type: 'system', message: 'connected', heartbeatInterval: 25, conn_id: 'c1' });
  }

  push(frame) {
    this.socket.onmessage({ data: JSON.stringify(frame) });
  }

  cut(code = 1006) {
    this.socket.readyState = 3;
    this.socket.onclose({ code });
  }

  /** Answers the last join; `more` goes into `joined`. */
  letIn(room, seq, history, more = {}) {
    const { ref } = this.sent('join').at(-1);
    this.push({ type: 'joined', room, room_id: 7, seq, ref, ...more });
    this.push({ type: 'presence_state', room, users: ['alice', 'bob'] });
    this.push({ type: 'history', room, ...history });
  }

  client(options = {}) {
    return new FastRoom({
      url: 'http://test',
      store: memoryStore(stored(pairOf('alice', 1))),
      WebSocket: this.WebSocket,
      fetch: this.fetch,
      random: () => 0.5,
      ...options,
    });
  }

  /** A client with one live room, at `seq` 10. */
  async chatting(options) {
    const client = this.client(options);
    client.connect();
    const room = client.join('general');
    await settled();
    this.open();
    this.letIn('general', 10, { messages: [chat(9, 'bob', 'earlier'), chat(10, 'alice', 'and then')] });
    return { client, room };
  }

  /** Lets the countdown end and the next socket open. */
  async reconnect(timers) {
    timers.tick(60_000);
    await settled();
    this.open();
  }
}

/** A chat event whose message id is its seq plus 100. */
export function chat(seq, user, message, more = {}) {
  return {
    type: 'chat',
    room: 'general',
    user,
    user_id: user === 'alice' ? 1 : 2,
    message,
    message_id: seq + 100,
    seq,
    ts: '2025-01-01T00:00:00Z',
    ...more,
  };
}

export const member = (seq, more = {}) => ({
  type: 'member_update',
  room: 'general',
  user_id: 1,
  username: 'alice',
  is_member: true,
  is_moderator: false,
  is_banned: false,
  is_muted: false,
  seq,
  ts: '2025-01-01T00:00:00Z',
  ...more,
});

export const settled = () => new Promise((done) => setImmediate(done));

export const texts = (room) => room.messages.map((m) => m.text);
