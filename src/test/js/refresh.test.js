import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserStore, memoryStore } from '../../main/resources/web/fastroom.js';
import { Login } from './support/login.js';
import { settled, stored, Wire } from './support/wire.js';

const KEY = 'chat:alice';

const story = (name, body) =>
  test(name, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_700_000_000_000 });
    const run = async (seconds) => {
      for (let at = 0; at < seconds * 20; at++) {
        t.mock.timers.tick(50);
        for (let i = 0; i < 4; i++) await settled();
      }
    };
    const after = [];
    t.after(() => after.forEach((undo) => undo()));
    await body({ run, tick: (ms) => t.mock.timers.tick(ms), undo: (action) => after.push(action) });
  });

/** A browser's storage and its tabs, each of which is told what another has written. */
class BrowserOf {
  kept = new Map();
  tabs = [];

  constructor(undo) {
    const before = [globalThis.localStorage, globalThis.addEventListener, globalThis.navigator];
    const define = (name, value) =>
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    define('localStorage', {
      getItem: (key) => this.kept.get(key) ?? null,
      setItem: (key, text) => this.write(key, text),
      removeItem: (key) => this.write(key, null),
    });
    define('addEventListener', (type, listener) => type === 'storage' && this.tabs.push(listener));
    define('navigator', undefined);
    undo(() => ['localStorage', 'addEventListener', 'navigator'].forEach((name, at) => define(name, before[at])));
  }

  write(key, text) {
    if ((this.kept.get(key) ?? null) === text) return;
    if (text === null) this.kept.delete(key);
    else this.kept.set(key, text);
    // The writer's own tab is told, too, which changes nothing and is simpler.
    setTimeout(() => this.tabs.forEach((listener) => listener({ key })), 5);
  }
}

for (const lost of ['cut', 'hang', [502, { detail: 'a proxy gave up' }], [200, null]]) {
  for (const times of [1, 2, 3]) {
    story(`survives ${times} lost answers to a refresh (${lost})`, async ({ run }) => {
      const [wire, login] = [new Wire(), new Login()];
      let left = times;
      login.serve(wire, () => (left-- > 0 ? lost : null));
      const client = wire.client({ store: memoryStore({ ...stored(login.first), expires_at: 0 }) });
      await Promise.all([assert.rejects(client.call('GET', '/users/me')), run(12)]);
      await run(50);
      assert.deepEqual(await client.call('GET', '/users/me'), { username: 'alice' });
      assert.deepEqual([login.alive, login.rotations], [true, 1]);
    });
  }
}

story('stops trying by itself when the server is away for long, and tries again at the next call', async ({ run }) => {
  const [wire, login] = [new Wire(), new Login()];
  login.serve(wire);
  const refresh = wire.answers['POST /refresh'];
  let away = true;
  wire.answers['POST /refresh'] = (call) => (away ? [503, {}] : refresh(call));
  const client = wire.client({ store: memoryStore({ ...stored(login.first), expires_at: 0 }) });
  await assert.rejects(client.call('GET', '/users/me'), { status: 503 });
  await run(60);
  const { length } = wire.calls;
  assert.ok(length > 5 && length < 20, `${length} calls`);
  await run(300);
  assert.equal(wire.calls.length, length);
  away = false;
  assert.deepEqual(await client.call('GET', '/users/me'), { username: 'alice' });
});

for (const tabs of [2, 5]) {
  story(`refreshes once when ${tabs} tabs without Web Locks wake up at the same moment`, async ({ run, undo }) => {
    const browser = new BrowserOf(undo);
    const [wire, login] = [new Wire(), new Login()];
    login.serve(wire);
    // Each on a way of its own: the last one would arrive when the first already uses what it got.
    const refresh = wire.answers['POST /refresh'];
    let ways = 0;
    wire.answers['POST /refresh'] = async (call) => {
      await new Promise((done) => setTimeout(done, 100 * ways++));
      return refresh(call);
    };
    browserStore(KEY).write({ ...stored(login.first), expires_at: 0 });
    const clients = Array.from({ length: tabs }, () => wire.client({ store: browserStore(KEY) }));
    const answers = Promise.all(clients.map((client) => client.call('GET', '/users/me')));
    await run(20);
    assert.deepEqual(await answers, Array(tabs).fill({ username: 'alice' }));
    assert.deepEqual([login.alive, login.rotations], [true, 1]);
    assert.deepEqual([...browser.kept.keys()], [KEY]);
  });
}

story('does not wait for ever for a tab that has vanished with its claim', async ({ run, undo }) => {
  const browser = new BrowserOf(undo);
  const [wire, login] = [new Wire(), new Login()];
  login.serve(wire);
  browserStore(KEY).write({ ...stored(login.first), expires_at: 0 });
  browser.kept.set(`refresh:${KEY}`, JSON.stringify({ by: 'nobody', until: Date.now() + 15_000 }));
  const answer = wire.client({ store: browserStore(KEY) }).call('GET', '/users/me');
  await run(17);
  assert.deepEqual(await answer, { username: 'alice' });
});

for (const broken of [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '{"by":7}',
  '{"by":"x","until":1e308}',
  '{"by":"x","until":"soon"}',
]) {
  story(`ignores a broken claim (${broken})`, async ({ run, undo }) => {
    const browser = new BrowserOf(undo);
    const [wire, login] = [new Wire(), new Login()];
    login.serve(wire);
    browserStore(KEY).write({ ...stored(login.first), expires_at: 0 });
    browser.kept.set(`refresh:${KEY}`, broken);
    const answer = wire.client({ store: browserStore(KEY) }).call('GET', '/users/me');
    await run(2);
    assert.deepEqual(await answer, { username: 'alice' });
  });
}

story('leaves nothing behind when it signs out', async ({ run, undo }) => {
  const browser = new BrowserOf(undo);
  const [wire, login] = [new Wire(), new Login()];
  login.serve(wire);
  browserStore(KEY).write(stored(login.first));
  browser.kept.set(`refresh:${KEY}`, 'left by a tab that was closed');
  const client = wire.client({ store: browserStore(KEY) });
  await client.signOut();
  await run(1);
  assert.deepEqual([[...browser.kept], client.me, login.alive], [[], null, false]);
});

story('does not come back when it signs out while a refresh is under way', async ({ run, undo }) => {
  const browser = new BrowserOf(undo);
  const [wire, login] = [new Wire(), new Login()];
  login.serve(wire);
  let release;
  const refresh = wire.answers['POST /refresh'];
  wire.answers['POST /refresh'] = async (call) => {
    await new Promise((done) => (release = done));
    return refresh(call);
  };
  const logout = wire.answers['POST /logout'];
  wire.answers['POST /logout'] = () => [204, null];
  browserStore(KEY).write({ ...stored(login.first), expires_at: 0 });
  const client = wire.client({ store: browserStore(KEY) });
  const call = assert.rejects(client.call('GET', '/users/me'), { status: 401 });
  await run(1);
  await client.signOut();
  wire.answers['POST /logout'] = logout;
  release();
  await run(2);
  await call;
  assert.deepEqual([[...browser.kept], client.me, login.alive], [[], null, false]);
});

story('keeps the session for the page when the browser keeps nothing', async ({ run, undo }) => {
  new BrowserOf(undo);
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get() {
      throw new Error('SecurityError');
    },
  });
  const [wire, login] = [new Wire(), new Login()];
  login.serve(wire);
  browserStore(KEY).write({ ...stored(login.first), expires_at: 0 });
  const client = wire.client({ store: browserStore(KEY) });
  const answer = client.call('GET', '/users/me');
  await run(2);
  assert.deepEqual(await answer, { username: 'alice' });
  await client.signOut();
  assert.equal(browserStore(KEY).read(), null);
});

const token = (claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const good = { access_token: token({ sub: 'alice', uid: 1 }), refresh_token: 'r', expires_at: 1e15 };
for (const broken of [
  '',
  'x',
  '{',
  'null',
  'true',
  '7',
  '"alice"',
  '[]',
  '{}',
  `[${JSON.stringify(good)}]`,
  JSON.stringify({ ...good, access_token: 'x' }),
  JSON.stringify({ ...good, access_token: 'a.b.c' }),
  JSON.stringify({ ...good, access_token: token(null) }),
  JSON.stringify({ ...good, access_token: token({ sub: 'alice' }) }),
  JSON.stringify({ ...good, access_token: token({ sub: 7, uid: '1' }) }),
  JSON.stringify({ ...good, access_token: null }),
  JSON.stringify({ ...good, refresh_token: {} }),
  JSON.stringify({ ...good, refresh_token: '' }),
  JSON.stringify({ ...good, expires_at: 'tomorrow' }),
  JSON.stringify({ token: good }),
  'x'.repeat(4_000_000),
]) {
  story(`is signed out, and removes it, where no pair is stored (${broken.slice(0, 60)})`, async ({ undo }) => {
    const browser = new BrowserOf(undo);
    browser.kept.set(KEY, broken);
    const client = new Wire().client({ store: browserStore(KEY) });
    assert.equal(client.me, null);
    assert.equal(browser.kept.has(KEY), false);
    await assert.rejects(client.call('GET', '/users/me'), { status: 401 });
  });
}

story('starts with a good pair', async ({ undo }) => {
  const browser = new BrowserOf(undo);
  browser.kept.set(KEY, JSON.stringify(good));
  assert.equal(new Wire().client({ store: browserStore(KEY) }).me.username, 'alice');
});
