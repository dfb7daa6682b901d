/** Two people on the two nodes at the URLs in the arguments, through the client generated from a node's document. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createClient, createConfig } from './client/client/index.js';
import * as api from './client/index.js';
import type { Problem, User } from './client/index.js';
import { zProblem } from './client/zod.gen.js';

const [one, two] = process.argv.slice(2) as [string, string];

type Result<D> = ({ data: D; error: undefined } | { data: undefined; error: Problem }) & { response: Response };

async function good<D>(call: Promise<Result<D>>, status = 200): Promise<D> {
  const { data, error, response } = await call;
  assert.equal(error, undefined);
  assert.equal(response.status, status);
  return data as D;
}

async function refused(call: Promise<Result<unknown>>, status: number, code: Problem['code']): Promise<Problem> {
  const { error, response } = await call;
  assert.equal(response.status, status);
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  const problem: Problem = { ...zProblem.parse(error) };
  assert.equal(problem.status, status);
  assert.equal(problem.code, code);
  return problem;
}

class Person {
  readonly username: string;
  readonly client;
  readonly password = 'correct horse battery';
  user!: User;
  refresh = '';
  private access = '';

  constructor(hint: string, private readonly baseUrl: string) {
    this.username = `${hint}_${randomBytes(6).toString('hex')}`;
    this.client = createClient(createConfig({ baseUrl, auth: () => this.access }));
  }

  async signUp(): Promise<this> {
    const { client, username, password } = this;
    this.user = await good(api.registerUser({ client, body: { username, password, full_name: 'Zoë 🙂' } }), 201);
    const pair = await good(api.createToken({ client, body: { username, password } }));
    assert.equal(pair.token_type, 'bearer');
    assert.ok(pair.expires_in > 0);
    [this.access, this.refresh] = [pair.access_token, pair.refresh_token];
    return this;
  }

  /** Says them in the room over a socket, which REST cannot, and answers their ids. */
  say(room: string, texts: string[]): Promise<number[]> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${this.baseUrl.replace('http', 'ws')}/ws`, ['bearer', this.access]);
      const ids: number[] = [];
      socket.onopen = () => {
        socket.send(JSON.stringify({ type: 'join', room }));
        texts.forEach((message) => socket.send(JSON.stringify({ type: 'chat', room, message })));
      };
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === 'error') {
          reject(new Error(data));
        }
        if (frame.type === 'chat' && ids.push(frame.message_id) === texts.length) {
          socket.close();
          resolve(ids);
        }
      };
      socket.onclose = ({ code }) => reject(new Error(`closed with ${code}`));
      socket.onerror = () => reject(new Error('no socket'));
    });
  }
}

const alice = await new Person('alice', one).signUp();
const bob = await new Person('bob', two).signUp();
const [asAlice, asBob] = [{ client: alice.client }, { client: bob.client }];
const client = createClient(createConfig({ baseUrl: one })); // nobody's

// Accounts.
const me = await good(api.getCurrentUser(asAlice));
assert.deepEqual([me.id, me.username, me.full_name], [alice.user.id, alice.user.username, alice.user.full_name]);
assert.equal((await good(api.getUser({ ...asAlice, path: { username: bob.username } }))).id, bob.user.id);
assert.equal((await good(api.listUsers({ ...asAlice, query: { limit: 2, order: 'desc' } }))).length, 2);
await refused(api.getCurrentUser({ client }), 401, 'unauthorized');
await refused(api.registerUser({ client, body: { username: alice.username, password: 'long enough' } }), 409,
  'username_taken');
const invalid = await refused(api.registerUser({ client, body: { username: 'zoe', password: 'short' } }), 422,
  'invalid_message');
assert.deepEqual(invalid.errors?.map((fault) => fault.pointer), ['/password']);

// A room with a name that is not easy on URLs.
const room = await good(api.createRoom({ ...asAlice, body: { name: `a/b:c %20 é 🙂 ${alice.username}` } }), 201);
const path = { room_id: room.id };
assert.deepEqual(await good(api.getRoomByName({ ...asBob, path: { room_name: room.name } })), { ...room, is_member: false });
assert.deepEqual(await good(api.getRoom({ ...asBob, path })), { ...room, is_member: false });
assert.equal((await good(api.listRooms({ ...asBob, query: { limit: 1 } }))).items.length, 1);
await refused(api.createRoom({ ...asBob, body: { name: room.name } }), 409, 'room_name_taken');
await refused(api.updateRoom({ ...asBob, path, body: { is_private: true } }), 403, 'not_moderator');

// Members and moderation.
assert.equal((await good(api.joinRoom({ ...asBob, path }), 201)).user_id, bob.user.id);
await refused(api.joinRoom({ ...asBob, path }), 409, 'already_member');
const members = await good(api.listMembers({ ...asBob, path }));
assert.deepEqual([members.total, members.has_more, members.next_offset], [2, false, null]);
assert.equal(members.items.find((member) => member.is_moderator)?.username, alice.username);
const target = { room_id: room.id, user_id: bob.user.id };
assert.equal((await good(api.toggleMute({ ...asAlice, path: target }))).is_muted, true);
assert.equal((await good(api.toggleMute({ ...asAlice, path: target, body: { enabled: false } }))).is_muted, false);
await refused(api.toggleBan({ ...asAlice, path: { ...path, user_id: alice.user.id } }), 409, 'not_yourself');

// History.
const [first, second, third] = await bob.say(room.name, ['one', 'two', 'thrée 🙂']);
const newest = await good(api.listMessages({ ...asAlice, path, query: { limit: 2 } }));
assert.deepEqual(newest.items.map((message) => message.id), [second, third]);
assert.deepEqual([newest.total, newest.has_more, newest.next_offset], [3, true, 2]);
const older = await good(api.listMessages({ ...asAlice, path, query: { before_id: second! } }));
assert.deepEqual(older.items.map((message) => message.content), ['one']);
const [firstPath, thirdPath] = [{ ...path, message_id: first! }, { ...path, message_id: third! }];
const edited = await good(api.updateMessage({ ...asAlice, path: firstPath, body: { content: '1' } }));
assert.deepEqual([edited.content, edited.edited_by], ['1', alice.username]);
await good(api.deleteMessage({ ...asBob, path: thirdPath }), 204);
await refused(api.deleteMessage({ ...asBob, path: thirdPath }), 404, 'message_not_found');
const left = await good(api.listMessages({ ...asBob, path }));
assert.deepEqual(left.items.map((message) => message.content), ['1', 'two']);

// A private room, which does not exist for others; and the end.
assert.equal((await good(api.updateRoom({ ...asAlice, path, body: { is_private: true } }))).is_private, true);
await good(api.leaveRoom({ ...asBob, path }), 204);
await refused(api.getPresence({ ...asBob, path }), 404, 'room_not_found');
const added = await good(api.addMember({ ...asAlice, path, body: { username: bob.username } }), 201);
assert.equal(added.user_id, bob.user.id);
assert.equal((await good(api.getPresence({ ...asBob, path }))).room, room.name);
await good(api.removeMember({ ...asAlice, path: target }), 204);
await good(api.deleteRoom({ ...asAlice, path }), 204);
await refused(api.getRoom({ ...asAlice, path }), 404, 'room_not_found');
const next = await good(api.refreshToken({ client, body: { refresh_token: bob.refresh } }));
// As if that answer had been lost.
await good(api.refreshToken({ client, body: { refresh_token: bob.refresh } }));
await good(api.logout({ ...asBob, body: { refresh_token: next.refresh_token } }), 204);
await refused(api.refreshToken({ client, body: { refresh_token: next.refresh_token } }), 401, 'unauthorized');
await refused(api.getCurrentUser(asBob), 401, 'unauthorized');
assert.equal((await good(api.getHealth({ client }))).status, 'ok');
