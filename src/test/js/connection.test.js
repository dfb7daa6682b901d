import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore } from '../../main/resources/web/fastroom.js';
import { pairOf, settled, stored, Wire } from './support/wire.js';

const story = (name, body) =>
  test(name, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_700_000_000_000 });
    await body(new Wire(), t.mock.timers);
  });

async function waits(wire, timers, code, times, random) {
  const client = wire.client({ random: () => random });
  const found = [];
  client.connect();
  for (let i = 0; i < times; i++) {
    await settled();
    wire.cut(code);
    const wait = client.state.retryAt - Date.now();
    found.push(wait);
    timers.tick(wait + 1);
  }
  client.close();
  return found;
}

story('comes back within a second of a restart, at a random moment', async (wire, timers) => {
  assert.deepEqual(await waits(wire, timers, 1012, 1, 0.25), [250]);
});

story('counts a connection that is refused with an error and never closed, as by Node 20', async (wire, timers) => {
  const client = wire.client();
  client.connect();
  await settled();
  wire.socket.onerror({ type: 'error' });
  assert.deepEqual([client.state.phase, client.state.attempt], ['waiting', 1]);
  await wire.reconnect(timers);
  wire.socket.onerror({ type: 'error' });
  assert.equal(client.state.phase, 'online', 'closed tells of one that was open');
});

story('waits longer after each failure, half a minute at most', async (wire, timers) => {
  const found = await waits(wire, timers, 1006, 9, 0.999);
  assert.ok(found.every((wait, i) => i === 0 || wait >= found[i - 1] * 0.99));
  assert.ok(found.at(-1) <= 30_000 && found.at(-1) > 14_000);
});

story('stays away longer from a server that is overloaded', async (wire, timers) => {
  assert.deepEqual(await waits(wire, timers, 1013, 1, 0.5), [5000]);
});

story('notices a connection that died without a word', async (wire, timers) => {
  const { client } = await wire.chatting();
  timers.tick(25_000);
  assert.equal(wire.sent('ping').length, 1);
  timers.tick(8_000);
  assert.equal(client.state.phase, 'waiting');
});

story('does not wait for the next ping to notice on another network that the connection is dead', async (wire, timers) => {
  const back = {};
  globalThis.addEventListener = (type, listener) => (back[type] = listener);
  const { client } = await wire.chatting();
  delete globalThis.addEventListener;
  back.online();
  assert.equal(wire.sent('ping').length, 1);
  timers.tick(8_000);
  assert.equal(client.state.phase, 'waiting');
  back.online();
  await settled();
  assert.equal(wire.sockets.length, 2);
});

story('keeps a connection that answers', async (wire, timers) => {
  const { client } = await wire.chatting();
  for (let i = 0; i < 10; i++) {
    timers.tick(25_000);
    wire.push({ type: 'pong', ts: '' });
  }
  timers.tick(8_000);
  assert.equal(client.state.phase, 'online');
  assert.equal(wire.sockets.length, 1);
});

story('renews the token and comes back when the socket is closed with 4401', async (wire, timers) => {
  const next = pairOf('alice', 1, 2);
  wire.answers['POST /refresh'] = () => [200, next];
  await wire.chatting();
  wire.cut(4401);
  timers.tick(60_000);
  for (let i = 0; i < 5; i++) await settled();
  assert.equal(wire.sockets.length, 2);
  assert.equal(wire.socket.token, next.access_token);
});

story('ends the session when the refresh token is dead', async (wire, timers) => {
  const { client, room } = await wire.chatting();
  let ended = false;
  client.on('signedout', () => {
    ended = true;
  });
  wire.answers['POST /refresh'] = () => [401, { detail: 'dead' }];
  wire.cut(4401);
  for (let i = 0; i < 40; i++) {
    timers.tick(1000);
    await settled();
  }
  assert.deepEqual([ended, client.me, room.reason], [true, null, 'signed_out']);
  assert.equal(wire.sockets.length, 1);
});

story('tries the refresh again when the server is away, and keeps the session', async (wire, timers) => {
  const { client } = await wire.chatting();
  wire.answers['POST /refresh'] = () => [503, { detail: 'away' }];
  wire.cut(4401);
  for (let i = 0; i < 3; i++) {
    timers.tick(60_000);
    for (let j = 0; j < 5; j++) await settled();
  }
  assert.equal(client.me.username, 'alice');
  assert.equal(client.state.phase, 'waiting');
});

story('renews the token in place before it expires', async (wire, timers) => {
  const next = pairOf('alice', 1, 2);
  wire.answers['POST /refresh'] = () => [200, next];
  await wire.chatting({ store: memoryStore(stored(pairOf('alice', 1, 1, 600))) });
  for (let i = 0; i < 23; i++) {
    timers.tick(24_000);
    wire.push({ type: 'pong', ts: '' });
  }
  for (let i = 0; i < 5; i++) await settled();
  assert.deepEqual(
    wire.sent('auth').map((f) => f.access_token),
    [next.access_token],
  );
  assert.equal(wire.sockets.length, 1);
});

story('uses the pair another tab has fetched instead of a dead one', async (wire, timers) => {
  const store = memoryStore(stored(pairOf('alice', 1)));
  const { client } = await wire.chatting({ store });
  const next = pairOf('alice', 1, 2);
  store.write(stored(next));
  wire.cut(4401);
  timers.tick(60_000);
  for (let i = 0; i < 5; i++) await settled();
  assert.equal(wire.calls.length, 0);
  assert.equal(wire.socket.token, next.access_token);
  assert.equal(client.me.username, 'alice');
});

story('ends the session at once when nobody else has the pair that is dead', async (wire) => {
  const { client } = await wire.chatting();
  wire.answers['GET /users/me'] = () => [401, {}];
  wire.answers['POST /refresh'] = () => [401, { detail: 'dead' }];
  const call = assert.rejects(client.call('GET', '/users/me'), { status: 401 });
  for (let i = 0; i < 5; i++) await settled();
  assert.deepEqual([client.me, client.state.phase], [null, 'offline']);
  await call;
});

story('refuses to send when signed out, as it refuses calls', async (wire) => {
  const { client, room } = await wire.chatting();
  wire.answers['POST /logout'] = () => [204, null];
  await client.signOut();
  assert.throws(() => room.send('too late'), { name: 'FastRoomError', status: 401, code: 'unauthorized' });
  await assert.rejects(client.getRoom(7), { name: 'FastRoomError', status: 401, code: 'unauthorized' });
  assert.deepEqual(room.pending, []);
});

story('waits for the pair of a tab that won the same race', async (wire, timers) => {
  const store = { ...memoryStore(stored(pairOf('alice', 1))), key: 'chat:alice', exclusive: (action) => action() };
  const next = pairOf('alice', 1, 2);
  const client = wire.client({ store });
  wire.answers['GET /users/me'] = ({ token }) =>
    token === next.access_token ? [200, { username: 'alice' }] : [401, {}];
  wire.answers['POST /refresh'] = () => {
    setTimeout(() => store.write(stored(next)), 500);
    return [401, { detail: 'used' }];
  };
  const answer = client.call('GET', '/users/me');
  for (let i = 0; i < 10; i++) {
    for (let j = 0; j < 5; j++) await settled();
    timers.tick(300);
  }
  assert.deepEqual(await answer, { username: 'alice' });
});

story('asks for one new pair only, however many calls were refused', async (wire) => {
  const next = pairOf('alice', 1, 2);
  wire.answers['GET /users/me'] = ({ token }) => (token === next.access_token ? [200, {}] : [401, {}]);
  wire.answers['POST /refresh'] = () => [200, next];
  const client = wire.client();
  await Promise.all([1, 2, 3, 4].map(() => client.call('GET', '/users/me')));
  assert.equal(wire.calls.filter((c) => c.path === 'POST /refresh').length, 1);
});

story('never goes on as another user who signed in under the same key', async (wire) => {
  let changed;
  const store = {
    ...memoryStore(stored(pairOf('alice', 1))),
    watch: (listener) => {
      changed = listener;
    },
  };
  const { client } = await wire.chatting({ store });
  store.write(stored(pairOf('bob', 2)));
  changed();
  assert.deepEqual([client.me, client.state.phase], [null, 'offline']);
});

story('tells a refusal of the server in its own words', async (wire) => {
  wire.answers['POST /register'] = () => [
    422,
    { title: 'Invalid', detail: 'The name is too short', errors: [{ pointer: '/username', detail: 'short' }] },
  ];
  await assert.rejects(wire.client().register({ username: 'a', password: 'b' }), {
    name: 'FastRoomError',
    message: 'The name is too short',
    status: 422,
    errors: [{ pointer: '/username', detail: 'short' }],
  });
});

story('connects after signing in also when it was asked to before', async (wire) => {
  const client = wire.client({ store: memoryStore() });
  client.connect();
  await settled();
  assert.deepEqual([client.state.phase, wire.sockets.length], ['offline', 0]);
  wire.answers['POST /token'] = () => [200, pairOf('alice', 1)];
  await client.signIn('alice', 'correct horse');
  client.connect();
  await settled();
  wire.open();
  assert.equal(client.state.phase, 'online');
});
