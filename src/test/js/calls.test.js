import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { paginate } from '../../main/resources/web/fastroom.js';
import { settled, Wire } from './support/wire.js';

const DOCUMENT = readFileSync(new URL('../../main/resources/openapi.yaml', import.meta.url), 'utf8');

/** What `register`, `signIn` and `signOut` do, what the session does by itself, and what has a test of its own below. */
const OTHERWISE = ['registerUser', 'createToken', 'logout', 'refreshToken', 'streamEvents'];

/** Each operation by its method of the client. A number is an id of the path, in order: 1 of the first, 2 of the second. */
const CALLS = {
  getHealth: (client) => client.getHealth(),
  forgotPassword: (client) => client.forgotPassword('alice@example.org'),
  resetPassword: (client) => client.resetPassword('of-the-letter', 'battery staple'),
  verifyEmail: (client) => client.verifyEmail('of-the-letter'),
  exportCurrentUser: (client) => client.account.export(),
  getCurrentUser: (client) => client.account.get(),
  updateCurrentUser: (client) => client.account.update({ full_name: 'Alice' }),
  deleteCurrentUser: (client) => client.account.delete({ password: 'correct horse' }),
  changePassword: (client) => client.account.changePassword('correct horse', 'battery staple'),
  requestEmailVerification: (client) => client.account.sendVerification(),
  listSessions: (client) => client.account.listSessions(),
  endOtherSessions: (client) => client.account.endOtherSessions(),
  endSession: (client) => client.account.endSession(1),
  listKeys: (client) => client.account.listKeys(),
  createKey: (client) => client.account.createKey({ name: 'report', scopes: ['read'] }),
  deleteKey: (client) => client.account.deleteKey(1),
  listUsers: (client) => client.listUsers({ limit: 2 }),
  getUser: (client) => client.getUser('1'),
  listRooms: (client) => client.listRooms({ member: true, q: 'a b' }),
  createRoom: (client) => client.createRoom('general'),
  openDirect: (client) => client.openDirect('bob'),
  getRoomByName: (client) => client.findRoom('1'),
  getRoom: (client) => client.getRoom(1),
  updateRoom: (client) => client.updateRoom(1, { name: 'other' }),
  deleteRoom: (client) => client.deleteRoom(1),
  getPresence: (client) => client.getPresence(1, { cursor: 'bob' }),
  joinRoom: (client) => client.joinRoom(1),
  leaveRoom: (client) => client.leaveRoom(1),
  listMembers: (client) => client.listMembers(1, { limit: 3 }),
  addMember: (client) => client.addMember(1, 'bob'),
  removeMember: (client) => client.removeMember(1, 2),
  toggleModerator: (client) => client.setMember(1, 2, 'moderator', true),
  toggleBan: (client) => client.setMember(1, 2, 'ban', true, { reason: 'Spam', until: '2099-01-31T12:00:00Z' }),
  toggleMute: (client) => client.setMember(1, 2, 'mute', false),
  listMessages: (client) => client.listMessages(1, { before_id: 4711 }),
  searchMessages: (client) => client.searchMessages('hello "good morning"', { limit: 5 }),
  createMessage: (client) => client.postMessage(1, 'hello', { clientId: 'c' }),
  markRead: (client) => client.markRead(1, 12),
  getMessage: (client) => client.getMessage(1, 2),
  updateMessage: (client) => client.editMessage(1, 2, 'hello'),
  deleteMessage: (client) => client.deleteMessage(1, 2),
  listRoomAudit: (client) => client.listRoomAudit(1, { cursor: '9' }),
  listAccounts: (client) => client.admin.listUsers({ q: 'ali', disabled: 'true', role: 'user' }),
  createAccount: (client) => client.admin.createUser({ username: 'robot', bot: true }),
  updateAccount: (client) => client.admin.updateUser(1, { disabled: true }),
  deleteAccount: (client) => client.admin.deleteUser(1),
  listBotKeys: (client) => client.admin.listKeys(1),
  createBotKey: (client) => client.admin.createKey(1, { name: 'report', scopes: ['read'] }),
  deleteBotKey: (client) => client.admin.deleteKey(1, 2),
  listAllRooms: (client) => client.admin.listRooms({ q: 'gen' }),
  updateAnyRoom: (client) => client.admin.updateRoom(1, { is_private: true }),
  deleteAnyRoom: (client) => client.admin.deleteRoom(1),
  appointModerator: (client) => client.admin.addModerator(1, 'bob'),
  listInvites: (client) => client.admin.listInvites({ limit: 5 }),
  createInvite: (client) => client.admin.createInvite({ uses: 3 }),
  deleteInvite: (client) => client.admin.deleteInvite(1),
  listWebhooks: (client) => client.webhooks(1).list(),
  createWebhook: (client) => client.webhooks(1).create({ url: 'https://example.org/' }),
  getWebhook: (client) => client.webhooks(1).get(2),
  updateWebhook: (client) => client.webhooks(1).update(2, { state: 'active' }),
  deleteWebhook: (client) => client.webhooks(1).delete(2),
  replayWebhook: (client) => client.webhooks(1).replay(2, { seq: 7 }),
  listGlobalWebhooks: (client) => client.admin.webhooks.list(),
  createGlobalWebhook: (client) => client.admin.webhooks.create({ url: 'https://example.org/' }),
  getGlobalWebhook: (client) => client.admin.webhooks.get(1),
  updateGlobalWebhook: (client) => client.admin.webhooks.update(1, { state: 'active' }),
  deleteGlobalWebhook: (client) => client.admin.webhooks.delete(1),
  replayGlobalWebhook: (client) => client.admin.webhooks.replay(1, { room_id: 2, seq: 7 }),
  listAudit: (client) => client.admin.listAudit({ limit: 5 }),
};

/** `GET /rooms/{}` by operationId. */
const OPERATIONS = Object.fromEntries(
  DOCUMENT.split(/^ {2}(?=\/)/m)
    .slice(1)
    .flatMap((part) => {
      const path = part.slice(0, part.indexOf(':\n'));
      return [...part.matchAll(/^ {4}(get|post|put|patch|delete):\n {6}operationId: (\w+)/gm)].map(([, method, id]) => [
        id,
        `${method.toUpperCase()} ${path}`,
      ]);
    }),
);

test('has a method for every operation of the document', () => {
  assert.deepEqual(Object.keys(OPERATIONS).sort(), [...OTHERWISE, ...Object.keys(CALLS)].sort());
});

for (const [operation, made] of Object.entries(CALLS)) {
  test(`makes the call of ${operation}`, async () => {
    const wire = new Wire();
    let id = 0;
    const expected = OPERATIONS[operation]?.replaceAll(/\{\w+\}/g, () => ++id);
    wire.answers[expected] = () => [200, { operation }];
    const answer = await made(wire.client());
    assert.deepEqual(answer.items ?? answer, { operation });
    assert.equal(wire.calls.length, 1);
  });
}

/** A client whose stream of events comes in these parts and then ends, and the requests for it. */
function streaming(parts, status = 200) {
  const asked = [];
  const client = new Wire().client({
    fetch: async (url, { headers, signal }) => {
      asked.push({ url, headers, signal });
      const body = ReadableStream.from(parts.map((part) => new TextEncoder().encode(part)));
      return new Response(body, { status });
    },
  });
  return { client, asked };
}

async function all(events) {
  const seen = [];
  for await (const event of events) seen.push(event);
  return seen;
}

test('reads the events of a stream, however they are cut', async () => {
  const text =
    'retry: 1500\n\ndata: {"type":"joined"}\n\n:\n\nid: 7-t\ndata: {"type":"chat","message":"a: \u00e9 id: 9"}\n\n: restarting\n\n';
  const expected = [
    { id: null, data: { type: 'joined' } },
    { id: '7-t', data: { type: 'chat', message: 'a: \u00e9 id: 9' } },
  ];
  for (const parts of [[text], [...text], text.split(/(?<=\n)/)]) {
    const { client, asked } = streaming(parts);
    assert.deepEqual(await all(client.streamEvents(1, { lastEventId: '6-t' })), expected);
    assert.equal(asked[0].url, 'http://test/rooms/1/events');
    assert.equal(asked[0].headers['Last-Event-ID'], '6-t');
  }
  const { client, asked } = streaming([]);
  await all(client.streamEvents(1, { since: 6, since_ts: 't' }));
  assert.match(asked[0].url, /\?since=6&since_ts=t$/);
  assert.equal(asked[0].headers['Last-Event-ID'], undefined);
});

test('takes separators of lines in a message of a stream for what they are', async () => {
  const message = 'one \u2028 id: 9 \u2029 \u0085 \r\n end';
  const { client } = streaming([`id: 7-t\ndata: ${JSON.stringify({ type: 'chat', message })}\n\n`]);
  assert.deepEqual(await all(client.streamEvents(1)), [{ id: '7-t', data: { type: 'chat', message } }]);
});

test('a stream that is refused or breaks off says why', async () => {
  const refused = streaming(['{"detail":"You are banned","code":"banned"}'], 403).client;
  await assert.rejects(all(refused.streamEvents(1)), { status: 403, code: 'banned', message: 'You are banned' });
  async function* broken() {
    yield 'data: {"type":"joined"}\n\n';
    throw new Error('cut');
  }
  const client = new Wire().client({
    fetch: async () => new Response(ReadableStream.from(broken()).pipeThrough(new TextEncoderStream())),
  });
  const events = client.streamEvents(1);
  assert.equal((await events.next()).value.data.type, 'joined');
  await assert.rejects(events.next(), { code: 'unreachable' });
});

test('a stream that died without a word breaks off, and one in which nothing happens goes on', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const [lines, encoder] = [[], new TextEncoder()];
  const body = new ReadableStream({ pull: (to) => new Promise((told) => lines.push((text) => told(to.enqueue(text)))) });
  const client = new Wire().client({ fetch: async () => new Response(body) });
  const passes = async (ms) => {
    await settled();
    t.mock.timers.tick(ms);
    await settled();
  };
  let outcome = null;
  client.streamEvents(1).next().then(null, ({ code }) => (outcome = code));
  for (let i = 0; i < 8; i++) {
    await passes(15_000);
    lines.pop()(encoder.encode(':\n\n'));
  }
  await passes(44_000);
  assert.equal(outcome, null);
  await passes(2_000);
  assert.equal(outcome, 'unreachable');
});

test('an export that breaks off says so as everything else does', async () => {
  const { client } = streaming(['{"account": {"id"']);
  await assert.rejects(client.account.export(), { name: 'FastRoomError', code: 'unreachable' });
});

test('whoever reads no further ends the stream', async () => {
  let cancelled = false;
  const body = new ReadableStream({
    start: (to) => to.enqueue(new TextEncoder().encode('data: {"type":"joined"}\n\n')),
    cancel: () => {
      cancelled = true;
    },
  });
  const client = new Wire().client({ fetch: async () => new Response(body) });
  for await (const { data } of client.streamEvents(1)) if (data.type === 'joined') break;
  assert.equal(cancelled, true);
});

test('says in the query what was asked for and nothing else', async () => {
  const wire = new Wire();
  const asked = [];
  const client = wire.client({
    fetch: async (url) => {
      asked.push(new URL(url).search);
      return new Response('{}');
    },
  });
  await client.listRooms();
  await client.listRooms({ member: true, q: 'a&b', cursor: undefined, limit: 7 });
  await client.listMembers(7);
  assert.deepEqual(asked, ['?limit=200', '?limit=7&member=true&q=a%26b', '']);
});

test('says why and until when', async () => {
  const wire = new Wire();
  wire.answers['POST /rooms/1/members/2/ban'] = () => [200, {}];
  const client = wire.client();
  await client.setMember(1, 2, 'ban', true, { reason: 'Spam', until: '2099-01-31T12:00:00Z' });
  await client.setMember(1, 2, 'ban', false);
  assert.deepEqual(
    wire.calls.map(({ body }) => body),
    [{ enabled: true, reason: 'Spam', until: '2099-01-31T12:00:00Z' }, { enabled: false }],
  );
});

test('rejects with the code of the server', async () => {
  const wire = new Wire();
  wire.answers['GET /admin/users'] = () => [403, { detail: 'For administrators', code: 'not_admin' }];
  await assert.rejects(wire.client().admin.listUsers(), { status: 403, code: 'not_admin' });
});

test('reads a list to its end, page by page, as it is asked for', async () => {
  const asked = [];
  const pages = { undefined: [[1, 2], 'b'], b: [[], 'c'], c: [[3], null] };
  const read = async (cursor) => {
    asked.push(cursor);
    const [items, next] = pages[cursor];
    return { items, next_cursor: next };
  };
  const items = [];
  for await (const item of paginate(read)) items.push([item, asked.length]);
  assert.deepEqual(items, [
    [1, 1],
    [2, 1],
    [3, 3],
  ]);
});

test('goes on with the users where the header says', async () => {
  const links = ['</users?limit=1&order=asc&cursor=YWxp%3D>; rel="next"', null];
  const asked = [];
  const client = new Wire().client({
    fetch: async (url) => {
      asked.push(new URL(url).search);
      const link = links.shift();
      return new Response('[{"id":1}]', { headers: link ? { Link: link } : {} });
    },
  });
  const users = [];
  for await (const user of paginate((cursor) => client.listUsers({ limit: 1, cursor }))) users.push(user.id);
  assert.deepEqual(asked, ['?limit=1', '?limit=1&cursor=YWxp%3D']);
  assert.deepEqual(users, [1, 1]);
});
