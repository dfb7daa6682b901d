import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { paginate } from '../../main/resources/web/fastroom.js';
import { Wire } from './support/wire.js';

const DOCUMENT = readFileSync(new URL('../../main/resources/openapi.yaml', import.meta.url), 'utf8');

/** What the session does by itself, what no session is needed for, what an EventSource reads, and what becomes a file. */
const OTHERWISE = [
  ...['registerUser', 'createToken', 'refreshToken', 'logout', 'getHealth', 'streamEvents'],
  ...['forgotPassword', 'resetPassword', 'verifyEmail', 'exportCurrentUser'],
];

/** Each operation by its method of the client. A number is an id of the path, in order: 1 of the first, 2 of the second. */
const CALLS = {
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
