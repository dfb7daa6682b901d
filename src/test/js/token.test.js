import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FastRoom, memoryStore } from '../../main/resources/web/fastroom.js';
import { settled, Wire } from './support/wire.js';

const ALICE = { id: 1, username: 'alice', role: 'user' };
const UNAUTHORIZED = [401, { detail: 'It is not taken', code: 'unauthorized' }];

const story = (name, body) =>
  test(name, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_700_000_000_000 });
    const run = async (seconds) => {
      for (let at = 0; at < seconds * 4; at++) {
        t.mock.timers.tick(250);
        for (let i = 0; i < 6; i++) await settled();
      }
    };
    await body({ wire: new Given(), run });
  });

/** A server that takes some tokens and refuses others, and whose sockets open and live by themselves. */
class Given extends Wire {
  taken = new Map();
  ends = [];

  constructor() {
    super();
    const wire = this;
    this.WebSocket = class extends this.WebSocket {
      constructor(...address) {
        super(...address);
        setTimeout(() => wire.socket === this && wire.open(), 50);
      }

      send(text) {
        super.send(text);
        if (JSON.parse(text).type === 'ping') this.onmessage({ data: '{"type":"pong"}' });
      }
    };
    this.answers['GET /users/me'] = ({ token }) => (this.taken.has(token) ? [200, this.taken.get(token)] : UNAUTHORIZED);
    this.answers['GET /rooms/7'] = ({ token }) => (this.taken.has(token) ? [200, { id: 7 }] : UNAUTHORIZED);
  }

  /** A token of a provider, which the server takes. */
  issue(seconds = 300, account = ALICE) {
    const claims = { iss: 'https://id', sub: 'opaque', jti: this.taken.size, exp: Math.floor(Date.now() / 1000) + seconds };
    const token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
    this.taken.set(token, account);
    return token;
  }

  client(token) {
    const client = super.client({ store: undefined, token });
    client.on('signedout', () => this.ends.push(client.state.phase));
    return client;
  }

  count(path) {
    return this.calls.filter((call) => call.path === path).length;
  }
}

async function online(wire, run, token) {
  const client = wire.client(token);
  client.connect();
  await run(1);
  return client;
}

story('uses a key for calls and the socket, and asks whose it is once', async ({ wire, run }) => {
  wire.taken.set('frk_1', ALICE);
  const client = await online(wire, run, 'frk_1');
  assert.deepEqual([client.state.phase, client.me], ['online', { id: 1, username: 'alice' }]);
  assert.deepEqual(await client.getRoom(7), { id: 7 });
  await run(3600);
  wire.cut();
  await run(60);
  assert.deepEqual([wire.sockets.map(({ token }) => token), wire.count('GET /users/me')], [['frk_1', 'frk_1'], 1]);
});

story('goes on with a key that may not read whose it is', async ({ wire, run }) => {
  wire.answers['GET /users/me'] = () => [403, { code: 'forbidden_scope' }];
  wire.answers['POST /rooms/7/messages'] = ({ token }) => [201, { token }];
  const client = wire.client('frk_writes');
  assert.deepEqual(await client.postMessage(7, 'deployed'), { token: 'frk_writes' });
  assert.deepEqual([client.me, wire.ends], [null, []]);
});

story('asks for the next token before the present one expires, and renews on the open socket', async ({ wire, run }) => {
  const asked = [];
  const client = await online(wire, run, async (refused) => {
    asked.push(refused);
    return wire.issue();
  });
  await run(280);
  const tokens = [...wire.taken.keys()];
  assert.deepEqual([asked, client.state.phase, wire.sockets.length], [[null, null], 'online', 1]);
  assert.deepEqual(wire.sent('auth').map((frame) => frame.access_token), [tokens[1]]);
  await client.getRoom(7);
  assert.equal(wire.calls.at(-1).token, tokens[1]);
});

story('asks again, without haste, a function that still answers the present one', async ({ wire, run }) => {
  const token = wire.issue(60);
  let asked = 0;
  const client = await online(wire, run, () => {
    asked++;
    return token;
  });
  // By another clock than the server's, which keeps the socket open.
  await run(300);
  assert.equal(client.state.phase, 'online');
  assert.ok(asked > 2 && asked < 20, `asked ${asked} times`);
  assert.equal(wire.count('GET /users/me'), 1);
});

story('asks for another token for a call after the end of the present one', async ({ wire, run }) => {
  const client = wire.client(async () => wire.issue());
  await client.getRoom(7);
  await run(299);
  await client.getRoom(7);
  await run(2);
  await client.getRoom(7);
  const [first, second] = wire.taken.keys();
  const used = wire.calls.filter(({ path }) => path === 'GET /rooms/7').map(({ token }) => token);
  assert.deepEqual(used, [first, first, second]);
});

story('believes the server, not its own clock, that a token is good', async ({ wire, run }) => {
  let asked = 0;
  const token = wire.issue(-60);
  const client = await online(wire, run, () => {
    asked++;
    return token;
  });
  await client.getRoom(7);
  await run(300);
  await client.getRoom(7);
  assert.deepEqual([asked, client.state.phase, wire.count('GET /users/me')], [1, 'online', 1]);
});

story('keeps the present token while it lasts when the next one is refused', async ({ wire, run }) => {
  const [first, next] = [wire.issue(), wire.issue(600)];
  const tokens = [first, 'early', 'early'];
  const client = await online(wire, run, () => tokens.shift() ?? next);
  await run(280);
  assert.deepEqual([tokens, wire.sent('auth')], [[], []]);
  await run(19);
  assert.deepEqual([client.state.phase, wire.ends, wire.sockets.length], ['online', [], 1]);
  assert.deepEqual(wire.sent('auth').map((frame) => frame.access_token), [next]);
});

for (const how of ['throws', 'rejects', 'hangs', 'answers nothing']) {
  story(`waits longer after each failure of a function that ${how}, and goes on`, async ({ wire, run }) => {
    let [asked, broken] = [0, true];
    const client = wire.client(() => {
      asked++;
      if (!broken) return wire.issue();
      if (how === 'throws') throw new Error('away');
      if (how === 'rejects') return Promise.reject(new Error('away'));
      return how === 'hangs' ? new Promise(() => {}) : null;
    });
    client.connect();
    await run(300);
    assert.match(client.state.phase, /waiting|connecting/);
    assert.deepEqual([wire.ends, wire.calls], [[], []]);
    assert.ok(asked > 3 && asked < 20, `asked ${asked} times`);
    broken = false;
    await run(60);
    assert.deepEqual([client.state.phase, client.me.username], ['online', 'alice']);
  });
}

story('tells a call that there is no token now, and why', async ({ wire }) => {
  const why = new Error('the provider is away');
  const call = wire.client(() => Promise.reject(why)).getRoom(7);
  await assert.rejects(call, { name: 'FastRoomError', status: 0, code: 'unreachable', cause: why });
});

story('ends, once, with a key that the server does not take', async ({ wire, run }) => {
  const client = wire.client('frk_dead');
  client.connect();
  const room = client.join('general');
  const refused = assert.rejects(room.ready, { code: 'signed_out' });
  await assert.rejects(client.getRoom(7), { name: 'FastRoomError', status: 401, message: 'It is not taken' });
  await run(600);
  await refused;
  assert.deepEqual([wire.ends, client.state.phase, wire.sockets.length], [['offline'], 'offline', 0]);
  client.connect();
  await assert.rejects(client.getRoom(7), { status: 401 });
  await run(60);
  assert.deepEqual([wire.ends, client.state.phase, wire.calls.length], [['offline'], 'offline', 2]);
});

story('ends when a key dies under the open socket', async ({ wire, run }) => {
  wire.taken.set('frk_1', ALICE);
  const client = await online(wire, run, 'frk_1');
  wire.taken.clear();
  wire.cut(4401);
  await run(600);
  assert.deepEqual([wire.ends, client.me, wire.sockets.length, wire.calls.length], [['offline'], null, 1, 2]);
});

story('goes on with the same token when it was refused by mistake', async ({ wire, run }) => {
  wire.taken.set('frk_1', ALICE);
  const client = await online(wire, run, 'frk_1');
  wire.cut(4401);
  await run(30);
  assert.deepEqual([client.state.phase, wire.sockets.length, wire.ends], ['online', 2, []]);
  wire.answers['POST /other'] = () => UNAUTHORIZED;
  await assert.rejects(client.call('POST', '/other'), { status: 401 });
  assert.deepEqual([client.state.phase, client.me.username], ['online', 'alice']);
});

story('goes on with another token when one is refused', async ({ wire, run }) => {
  const tokens = [wire.issue()];
  const asked = [];
  const client = await online(wire, run, (refused) => {
    asked.push(refused);
    return refused === tokens.at(-1) ? tokens[tokens.push(wire.issue()) - 1] : tokens.at(-1);
  });
  wire.taken.delete(tokens[0]);
  wire.cut(4401);
  await run(30);
  assert.deepEqual([client.state.phase, wire.socket.token, asked], ['online', tokens[1], [null, tokens[0]]]);
  wire.taken.delete(tokens[1]);
  assert.deepEqual(await client.getRoom(7), { id: 7 });
  assert.deepEqual(wire.sent('auth').map((frame) => frame.access_token), [tokens[2]]);
  assert.deepEqual([wire.ends, wire.sockets.length], [[], 2]);
});

story('tells a function that is being asked already what was refused meanwhile', async ({ wire, run }) => {
  const [first, next] = [wire.issue(100), wire.issue()];
  let answer;
  const asked = [];
  const client = await online(wire, run, (refused) => {
    asked.push(refused);
    if (asked.length === 2) return new Promise((done) => (answer = done));
    return refused === null ? first : next;
  });
  await run(85);
  wire.taken.delete(first);
  const call = client.getRoom(7);
  await run(1);
  answer(first);
  assert.deepEqual(await call, { id: 7 });
  assert.deepEqual([asked, wire.ends], [[null, null, first], []]);
});

story('ends when the token after the refused one is refused, too', async ({ wire, run }) => {
  const client = await online(wire, run, () => wire.issue());
  // As of an account that was disabled.
  wire.answers['GET /users/me'] = () => UNAUTHORIZED;
  wire.cut(4401);
  await run(600);
  assert.deepEqual([wire.ends, client.state.phase, wire.sockets.length], [['offline'], 'offline', 1]);
  assert.equal(wire.count('GET /users/me'), 2);
});

story('ends with the words of a server that can make no account of the token', async ({ wire }) => {
  wire.answers['GET /users/me'] = () => [403, { detail: 'The name is taken', code: 'username_taken' }];
  const client = wire.client(async () => wire.issue());
  await assert.rejects(client.getRoom(7), { status: 403, code: 'username_taken' });
  assert.deepEqual([wire.ends, wire.count('GET /users/me')], [['offline'], 2]);
});

for (const status of [503, 403]) {
  story(`tries again while it is not told whose the token is (${status})`, async ({ wire, run }) => {
    const { 'GET /users/me': answers } = wire.answers;
    wire.answers['GET /users/me'] = () => [status, {}];
    const client = wire.client(wire.issue());
    client.connect();
    await run(120);
    assert.deepEqual([client.state.phase, wire.ends], ['waiting', []]);
    assert.ok(wire.calls.length < 12, `${wire.calls.length} calls`);
    wire.answers['GET /users/me'] = answers;
    await run(60);
    assert.equal(client.state.phase, 'online');
  });
}

story('never goes on as another user', async ({ wire, run }) => {
  const tokens = [wire.issue(), wire.issue(300, { id: 2, username: 'bob' })];
  const client = await online(wire, run, () => tokens.shift());
  wire.cut(4401);
  await run(60);
  assert.deepEqual([wire.ends, client.me, wire.sockets.length], [['offline'], null, 1]);
});

story('signs out without a word to the server, and neither signs in nor registers', async ({ wire, run }) => {
  wire.taken.set('frk_1', ALICE);
  const client = await online(wire, run, 'frk_1');
  const room = client.join('general');
  room.ready.catch(() => {});
  await assert.rejects(client.signIn('alice', 'correct horse'), TypeError);
  await assert.rejects(client.register({ username: 'alice', password: 'correct horse' }), TypeError);
  await client.signOut();
  await client.signOut();
  assert.deepEqual([wire.ends, room.reason, client.me], [['offline'], 'signed_out', null]);
  assert.deepEqual(wire.calls.map(({ path }) => path), ['GET /users/me']);
});

story('does not come back when it signs out while it asks for a token', async ({ wire, run }) => {
  let answer;
  const client = wire.client(() => new Promise((done) => (answer = done)));
  client.connect();
  const call = assert.rejects(client.getRoom(7), { status: 401 });
  await run(1);
  await client.signOut();
  answer(wire.issue());
  await call;
  await run(60);
  assert.deepEqual([client.state.phase, client.me, wire.calls, wire.sockets], ['offline', null, [], []]);
});

test('refuses what is no token, and a store for one', () => {
  for (const token of ['', null, 7, {}, 'two words', 'frk_1\n']) {
    assert.throws(() => new FastRoom({ url: 'http://test', token }), TypeError);
  }
  assert.throws(() => new FastRoom({ url: 'http://test', token: 'frk_1', store: memoryStore() }), TypeError);
});
