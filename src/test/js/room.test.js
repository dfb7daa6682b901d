import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { firstAfter } from '../../main/resources/web/fastroom/seek.js';
import { chat, member, settled, texts, Wire } from './support/wire.js';

let wire;
let timers;
beforeEach((t) => {
  wire = new Wire();
  timers = t.mock?.timers ?? timers;
});

const story = (name, body) =>
  test(name, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_700_000_000_000 });
    timers = t.mock.timers;
    await body(await wire.chatting());
  });

story('shows a message at once and settles it when its client_id comes back', ({ room }) => {
  const message = room.send('hello');
  assert.equal(room.pending[0].state, 'sending');
  const [sent] = wire.sent('chat');
  assert.deepEqual([sent.message, sent.client_id], ['hello', message.clientId]);
  wire.push(chat(11, 'alice', 'hello', { client_id: message.clientId, ref: sent.ref }));
  assert.deepEqual(room.pending, []);
  assert.equal(room.messages.at(-1).key, message.key);
});

story('sends again after a reconnect what was not answered, under the same client_id', async ({ room }) => {
  const { clientId } = room.send('hello');
  wire.cut();
  await wire.reconnect(timers);
  assert.equal(wire.sent('chat').length, 0, 'not before the room is resumed');
  wire.letIn('general', 10, { messages: [], resumed: true, more: false });
  assert.deepEqual(
    wire.sent('chat').map((c) => c.client_id),
    [clientId],
  );
});

story('does not send again what the resumed history already holds', async ({ room }) => {
  const { clientId } = room.send('hello');
  wire.cut();
  await wire.reconnect(timers);
  wire.letIn('general', 11, {
    messages: [chat(11, 'alice', 'hello', { client_id: clientId })],
    resumed: true,
    more: false,
  });
  assert.equal(wire.sent('chat').length, 0);
  assert.deepEqual(texts(room), ['earlier', 'and then', 'hello']);
});

story('takes the late answer to a repeated message without showing it twice', async ({ room }) => {
  const { clientId } = room.send('hello');
  wire.push(chat(11, 'alice', 'hello'));
  wire.push(chat(12, 'bob', 'after'));
  wire.push(chat(11, 'alice', 'hello', { client_id: clientId }));
  assert.deepEqual(texts(room), ['earlier', 'and then', 'hello', 'after']);
  assert.deepEqual(room.pending, []);
});

story('keeps the order in which messages were written while the connection was away', async ({ room }) => {
  wire.cut();
  for (const text of ['one', 'two', 'three']) room.send(text);
  await wire.reconnect(timers);
  wire.letIn('general', 10, { messages: [], resumed: true, more: false });
  wire.push({ type: 'error', code: 'rate_limited', message: '', room: 'general', ref: wire.sent('chat')[0].ref });
  timers.tick(5000);
  for (let seq = 11; seq <= 13; seq++) {
    const { message, client_id, ref } = wire.sent('chat').at(-1);
    wire.push(chat(seq, 'alice', message, { client_id, ref }));
  }
  assert.deepEqual(
    wire.sent('chat').map((c) => c.message),
    ['one', 'one', 'two', 'three'],
  );
  assert.deepEqual(texts(room).slice(-3), ['one', 'two', 'three']);
});

story('resumes behind the last event it saw, over several frames', async ({ room }) => {
  wire.push(chat(11, 'bob', 'eleven'));
  wire.cut();
  await wire.reconnect(timers);
  assert.equal(wire.sent('join')[0].since, 11);
  wire.letIn('general', 14, { messages: [chat(12, 'bob', 'twelve')], resumed: true, more: true });
  assert.equal(room.state, 'waiting');
  wire.push({
    type: 'history',
    room: 'general',
    resumed: true,
    more: false,
    messages: [
      { type: 'message_updated', message_id: 111, content: 'ELEVEN', seq: 13, ts: '2025-01-01T00:00:00Z' },
      chat(14, 'bob', '', { deleted: true }),
    ],
  });
  assert.deepEqual(texts(room), ['earlier', 'and then', 'ELEVEN', 'twelve']);
  assert.deepEqual([room.state, room.seq], ['live', 14]);
});

story('asks for the rest when the connection is lost half way through a resume', async ({ room }) => {
  wire.cut();
  await wire.reconnect(timers);
  wire.letIn('general', 30, { messages: [chat(11, 'bob', 'eleven')], resumed: true, more: true });
  wire.cut();
  await wire.reconnect(timers);
  assert.equal(wire.sent('join')[0].since, 11);
  assert.equal(room.seq, 11);
});

story('starts over with the last messages when the log reaches back no further', async ({ room }) => {
  const { clientId } = room.send('mine');
  wire.cut();
  await wire.reconnect(timers);
  wire.letIn('general', 900, { messages: [chat(899, 'bob', 'much later')], resumed: false, more: false });
  assert.deepEqual(texts(room), ['much later']);
  assert.deepEqual(
    room.pending.map((m) => m.clientId),
    [clientId],
  );
  assert.equal(room.seq, 900);
});

story('drops an event it has already seen', ({ room }) => {
  wire.push(chat(10, 'alice', 'and then'));
  wire.push(chat(9, 'bob', 'earlier'));
  assert.deepEqual(texts(room), ['earlier', 'and then']);
});

story('shows an event of another program that has no seq', ({ room }) => {
  wire.push({ type: 'chat', room: 'general', user: 'robot', message: 'beep' });
  assert.equal(texts(room).at(-1), 'beep');
  assert.equal(room.seq, 10);
});

story('applies edits and deletions', ({ room }) => {
  wire.push({
    type: 'message_updated',
    room: 'general',
    message_id: 109,
    content: 'changed',
    seq: 11,
    ts: '2025-01-02T00:00:00Z',
  });
  wire.push({ type: 'message_deleted', room: 'general', message_id: 110, seq: 12, ts: '2025-01-02T00:00:00Z' });
  assert.deepEqual(texts(room), ['changed']);
  assert.equal(room.messages[0].editedAt, '2025-01-02T00:00:00Z');
});

story('goes on under the new name of a renamed room', async ({ client, room }) => {
  wire.push({ type: 'room_updated', room: 'general', name: 'lounge', is_private: true, seq: 11, ts: '' });
  wire.push(chat(12, 'bob', 'still here', { room: 'lounge' }));
  assert.equal(texts(room).at(-1), 'still here');
  assert.equal(room.isPrivate, true);
  assert.equal(client.join('lounge'), room);
  wire.cut();
  await wire.reconnect(timers);
  assert.equal(wire.sent('join')[0].room, 'lounge');
});

story('finds a room by its id when it was renamed while the connection was away', async ({ room }) => {
  wire.answers['GET /rooms/7'] = () => [200, { id: 7, name: 'lounge', is_private: false }];
  wire.cut();
  await wire.reconnect(timers);
  wire.push({ type: 'error', code: 'room_not_found', message: '', room: 'general', ref: wire.sent('join')[0].ref });
  for (let i = 0; i < 5; i++) await settled();
  const again = wire.sent('join')[1];
  assert.deepEqual([again.room, again.since, room.name], ['lounge', 10, 'lounge']);
});

story('stays out of a room that was left on another device meanwhile, or whose moderators have put one out', async (around) => {
  const { client, room } = around;
  assert.equal(wire.sent('join')[0].if_member, undefined, 'who joins becomes a member');
  wire.answers['GET /rooms/7'] = () => [200, { id: 7, name: 'general', is_private: false, is_member: false }];
  wire.cut();
  await wire.reconnect(timers);
  const { since, if_member: ifMember, ref } = wire.sent('join')[0];
  assert.deepEqual([since, ifMember], [10, true]);
  wire.push({ type: 'error', code: 'not_in_room', message: 'Not in this room', room: 'general', ref });
  for (let i = 0; i < 5; i++) await settled();
  assert.deepEqual([room.state, room.reason, client.rooms], ['gone', 'left', []]);
  client.join('general');
  assert.equal(wire.sent('join').at(-1).if_member, undefined, 'once more by wish');
});

story('is a member as ever of a room whose name is one that it is no member of', async ({ room }) => {
  wire.answers['GET /rooms/7'] = () => [200, { id: 7, name: 'lounge', is_private: false }];
  wire.cut();
  await wire.reconnect(timers);
  wire.push({ type: 'error', code: 'not_in_room', message: '', room: 'general', ref: wire.sent('join')[0].ref });
  for (let i = 0; i < 5; i++) await settled();
  assert.deepEqual([wire.sent('join')[1].room, room.name, room.state], ['lounge', 'lounge', 'waiting']);
});

story('is not led into another room that took the name', async ({ room }) => {
  wire.answers['GET /rooms/7'] = () => [200, { id: 7, name: 'lounge', is_private: false }];
  wire.cut();
  await wire.reconnect(timers);
  wire.push({ type: 'joined', room: 'general', room_id: 8, seq: 3, ref: wire.sent('join')[0].ref });
  wire.push({ type: 'history', room: 'general', messages: [chat(3, 'bob', 'foreign')] });
  for (let i = 0; i < 5; i++) await settled();
  assert.deepEqual(
    wire.sent('leave').map((f) => f.room),
    ['general'],
  );
  assert.equal(wire.sent('join')[1].room, 'lounge');
  assert.deepEqual(texts(room), ['earlier', 'and then']);
});

story('may be joined again as soon as it was left', async ({ client, room }) => {
  client.leave(room);
  const again = client.join('general');
  wire.push(chat(11, 'bob', 'on its way'));
  wire.push({ type: 'left', room: 'general' });
  wire.letIn('general', 12, { messages: [chat(11, 'bob', 'on its way'), chat(12, 'bob', 'welcome back')] });
  assert.deepEqual([again.state, client.rooms], ['live', [again]]);
  assert.deepEqual(texts(again), ['on its way', 'welcome back']);
});

story('is in a room only when it was let in itself, not whoever was before', async ({ client, room }) => {
  client.leave(room);
  const before = client.join('general');
  const { ref } = wire.sent('join').at(-1);
  client.leave(before);
  const again = client.join('general');
  const heard = [];
  for (const type of ['message', 'history']) client.on(type, () => heard.push(type));
  again.ready.then(({ id }) => heard.push(`ready as ${id}`));
  wire.push({ type: 'left', room: 'general' });
  wire.push({ type: 'joined', room: 'general', room_id: 7, seq: 10, ref });
  wire.push({ type: 'presence_state', room: 'general', users: ['alice', 'carol'] });
  wire.push({ type: 'history', room: 'general', messages: [chat(10, 'bob', 'for the one before')] });
  wire.push(chat(11, 'bob', 'on its way'));
  await settled();
  assert.deepEqual([heard, again.state, again.count], [[], 'joining', 0]);
  wire.push({ type: 'left', room: 'general' });
  wire.letIn('general', 11, { messages: [chat(11, 'bob', 'on its way')] });
  await settled();
  assert.deepEqual([heard, again.state, texts(again)], [['history', 'ready as 7'], 'live', ['on its way']]);
});

story('asks for nothing while there is no connection, and goes back as ever when there is one again', async ({ room }) => {
  const lines = (first) => Array.from({ length: 50 }, (_, i) => chat(first + i, 'bob', `line ${first + i}`));
  wire.cut();
  await assert.rejects(room.goTo(5), { code: 'unreachable' });
  await wire.reconnect(timers);
  wire.letIn('general', 100, { messages: lines(51), resumed: false });
  wire.cut();
  const going = room.goTo(5);
  going.catch(() => {});
  await wire.reconnect(timers);
  wire.letIn('general', 100, { messages: [], resumed: true });
  const older = room.loadOlder();
  const { ref } = wire.sent('history_more')[0];
  wire.push({ type: 'history_more', room: 'general', messages: lines(1), more: false, ref });
  assert.deepEqual([await older, room.messages.length], [true, 100]);
  await assert.rejects(going, { code: 'unreachable' });
});

story('leaves without a fault a room that it is out of already', async ({ client, room }) => {
  const faults = [];
  client.on('fault', ({ code }) => faults.push(code));
  client.leave(room);
  client.leave(room);
  assert.equal(wire.sent('leave').length, 1);
  const { ref } = wire.sent('leave')[0];
  wire.push({ type: 'error', code: 'not_in_room', message: 'Not in this room', room: 'general', ref });
  assert.deepEqual(faults, []);
});

story('asks again to be let in while too much is waiting', async ({ client }) => {
  const room = client.join('lounge');
  const refuse = (code) => wire.push({ type: 'error', code, message: '', room: 'lounge', ref: wire.sent('join').at(-1).ref });
  refuse('busy');
  timers.tick(5000);
  assert.deepEqual([room.state, wire.sent('join').length], ['joining', 3]);
  refuse('room_full');
  assert.deepEqual([room.state, room.reason], ['gone', 'room_full']);
});

story('is out of a room that it may not see any more since the log is another one', async ({ client, room }) => {
  wire.push({ type: 'error', code: 'room_not_found', message: 'No such room', room: 'general' });
  assert.deepEqual([room.state, room.reason, client.rooms], ['gone', 'room_not_found', []]);
});

story('is out of the room after a ban, and says what was not sent', ({ client, room }) => {
  const gone = [];
  const faults = [];
  client.on('gone', ({ reason }) => gone.push(reason));
  client.on('fault', ({ code }) => faults.push(code));
  room.send('too late');
  wire.push(member(11, { is_banned: true }));
  wire.push({ type: 'error', code: 'banned', message: '', room: 'general' });
  assert.deepEqual(gone, ['banned']);
  assert.deepEqual(faults, []);
  assert.equal(room.pending[0].state, 'failed');
  assert.deepEqual(client.rooms, []);
});

story('stays in a room whose replay tells of a ban that was lifted', async ({ room }) => {
  wire.cut();
  await wire.reconnect(timers);
  wire.letIn('general', 12, { messages: [member(11, { is_banned: true }), member(12)], resumed: true, more: false });
  assert.equal(room.state, 'live');
  assert.equal(room.me.isBanned, false);
});

story('fails a message of a muted member; sending again uses the same client_id', ({ room }) => {
  const { clientId } = room.send('hello');
  wire.push({ type: 'error', code: 'muted', message: 'You are muted', ref: clientId, room: 'general' });
  assert.deepEqual([room.pending[0].state, room.pending[0].error.code], ['failed', 'muted']);
  room.retry(clientId);
  assert.deepEqual(
    wire.sent('chat').map((c) => c.client_id),
    [clientId, clientId],
  );
  assert.equal(room.pending[0].state, 'sending');
});

story('tries again by itself when the database is away, and says so in the end', ({ room }) => {
  const { clientId } = room.send('hello');
  for (let tries = 1; tries <= 6; tries++) {
    assert.equal(wire.sent('chat').length, tries);
    wire.push({ type: 'error', code: 'unavailable', message: 'Away', ref: clientId, room: 'general' });
    timers.tick(60_000);
  }
  assert.equal(room.pending[0].state, 'failed');
});

story('forgets who is typing when they send, leave or fall silent', ({ room }) => {
  const typing = () => wire.push({ type: 'typing', room: 'general', user: 'bob', isTyping: true });
  typing();
  assert.deepEqual(room.typing, ['bob']);
  timers.tick(61_000);
  assert.deepEqual(room.typing, []);
  typing();
  wire.push(chat(11, 'bob', 'said'));
  assert.deepEqual(room.typing, []);
  typing();
  wire.push({ type: 'presence_diff', room: 'general', leave: ['bob'] });
  assert.deepEqual([room.typing, [...room.present]], [[], ['alice']]);
});

story('says at most every three seconds that it is typing', ({ room }) => {
  for (let i = 0; i < 50; i++) {
    room.typed();
    timers.tick(100);
  }
  assert.equal(wire.sent('typing').length, 2);
});

story('does not show an old text when an edit overtakes a page of history', async ({ room }) => {
  wire.cut();
  await wire.reconnect(timers);
  const last = Array.from({ length: 50 }, (_, at) => chat(11 + at, 'bob', `line ${at}`));
  wire.letIn('general', 60, { messages: last });
  const loading = room.loadOlder();
  const { ref, before_id: before } = wire.sent('history_more')[0];
  assert.equal(before, 111);
  wire.push({
    type: 'message_updated',
    room: 'general',
    message_id: 101,
    content: 'new',
    seq: 61,
    ts: '2025-01-02T00:00:00Z',
  });
  wire.push({ type: 'message_deleted', room: 'general', message_id: 102, seq: 62, ts: '2025-01-02T00:00:00Z' });
  wire.push({
    type: 'history_more',
    room: 'general',
    ref,
    more: false,
    messages: [chat(1, 'bob', 'old'), chat(2, 'bob', 'gone')],
  });
  assert.equal(await loading, true);
  assert.deepEqual(texts(room).slice(0, 2), ['new', 'line 0']);
  assert.equal(room.messages.length, 51);
  assert.equal(room.hasMore, false);
});

story('keeps no more than so many messages', ({ room }) => {
  for (let seq = 11; seq < 2000; seq++) wire.push(chat(seq, 'bob', `line ${seq}`));
  assert.ok(room.messages.length <= 550);
  assert.equal(room.hasMore, true);
  assert.equal(texts(room).at(-1), 'line 1999');
});

const MESSAGE = (id, text) => ({
  id,
  seq: id - 100,
  user_id: 2,
  username: 'bob',
  content: text,
  created_at: '2025-01-01T00:00:00Z',
  edited_at: null,
  edited_by: null,
  reply_to: null,
  mentions: [],
  reactions: [],
});

/** A room of messages 1 to 1,000 with the ids 101 to 1,100, of which the last 50 are there. */
async function farFrom(room) {
  wire.letIn('general', 1000, { messages: range(951, 1000).map((seq) => chat(seq, 'bob', `line ${seq}`)) });
  wire.answers['GET /rooms/7/messages'] = ({ query }) => {
    const after = Number(query.get('after_id')) - 100;
    const items = range(after + 1, Math.min(after + 50, 1000)).map((seq) => MESSAGE(seq + 100, `line ${seq}`));
    return [200, { items, has_more: after + 50 < 1000 }];
  };
  assert.equal(room.messages.length, 50);
}

/** Answers the last `history_more`. */
function older() {
  const { ref, before_id: before } = wire.sent('history_more').at(-1);
  const last = Math.min(before - 101, 1000);
  const messages = range(Math.max(1, last - 49), last).map((seq) => chat(seq, 'bob', `line ${seq}`));
  wire.push({ type: 'history_more', room: 'general', ref, messages, more: last > 50 });
}

const range = (from, to) => Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);

story('shows the messages around one that is far back, and reads on to the end', async ({ room }) => {
  await farFrom(room);
  const going = room.goTo(400);
  older();
  assert.equal(await going, true);
  assert.deepEqual([texts(room)[0], texts(room).at(-1), room.hasNewer], ['line 251', 'line 350', true]);
  wire.push(chat(1001, 'bob', 'live'));
  wire.push({ type: 'message_updated', room: 'general', message_id: 400, content: 'edited', seq: 1002, ts: '' });
  assert.equal(texts(room).includes('live'), false);
  assert.equal(room.messages.find((m) => m.id === 400).text, 'edited');
  while (room.hasNewer) assert.equal(await room.loadNewer(), true);
  assert.deepEqual(
    room.messages.map((m) => m.seq),
    range(251, 1001),
  );
  room.trim();
  assert.deepEqual([room.messages.length, room.hasMore, texts(room).at(-1)], [500, true, 'live']);
});

story('goes back to the end at once, and tells that a message is not there', async ({ room }) => {
  await farFrom(room);
  const going = room.goTo(400);
  older();
  await going;
  room.trim();
  assert.deepEqual([texts(room)[0], texts(room).at(-1), room.hasNewer], ['line 951', 'line 1000', false]);
  const beyond = room.goTo(5000);
  older();
  assert.deepEqual([await beyond, room.hasNewer], [false, false]);
  const inVain = room.goTo(400);
  wire.push({ type: 'message_deleted', room: 'general', message_id: 400, seq: 1001, ts: '' });
  older();
  assert.deepEqual([await inVain, room.hasNewer], [false, false]);
  const lost = room.goTo(300);
  wire.cut();
  await assert.rejects(lost, { code: 'unreachable' });
});

for (const seq of [0, 1, 17, 500, 899, 900, 949, 950, 999, 1000]) {
  story(`finds the first message after event ${seq} with few questions`, async ({ room }) => {
    await farFrom(room);
    const asked = wire.sent('history_more').length;
    const finding = room.firstAfter(seq);
    for (let at = asked; at < asked + 12; at++) {
      await settled();
      if (wire.sent('history_more').length > at) older();
    }
    assert.equal(await finding, seq < 1000 ? seq + 101 : null);
  });
}

test('finds the first message after an event among ids most of which are of other rooms', async () => {
  const idOf = (seq) => 1e15 + 1000 * seq;
  let pages = 0;
  const read = async (before) => {
    pages++;
    const last = Math.min(Math.ceil((before - 1e15) / 1000) - 1, 20_000);
    const messages = range(Math.max(1, last - 49), last).map((seq) => ({ seq, message_id: idOf(seq) }));
    return { messages, more: last > 50 };
  };
  for (const seq of [0, 1, 123, 9_000, 19_949, 19_998]) {
    pages = 0;
    assert.equal(await firstAfter(seq, { id: idOf(20_000), seq: 20_000 }, read), idOf(seq + 1));
    assert.ok(pages <= 24, `${pages} pages`);
  }
});

story('is one room when it was renamed while the connection was away and is joined by its new name', async (around) => {
  const { client, room } = around;
  wire.answers['GET /rooms/7'] = () => [200, { id: 7, name: 'lounge', is_private: false }];
  wire.cut();
  room.send('under the old name');
  const again = client.join('lounge');
  again.send('under the new name');
  await wire.reconnect(timers);
  const [old, renamed] = wire.sent('join');
  wire.push({ type: 'error', code: 'room_not_found', message: '', room: 'general', ref: old.ref });
  wire.push({ type: 'joined', room: 'lounge', room_id: 7, seq: 11, ref: renamed.ref });
  wire.push({ type: 'presence_state', room: 'lounge', users: ['alice'] });
  wire.push({ type: 'history', room: 'lounge', messages: [chat(11, 'bob', 'meanwhile', { room: 'lounge' })] });
  for (let i = 0; i < 5; i++) await settled();
  assert.deepEqual([client.rooms, room.name, room.state], [[room], 'lounge', 'live']);
  assert.deepEqual([again.state, again.reason, again.pending], ['gone', 'joined_already', []]);
  assert.equal(client.join('lounge'), room);
  for (const seq of [12, 13]) {
    const { ref, client_id: id, message } = wire.sent('chat').at(-1);
    wire.push(chat(seq, 'alice', message, { room: 'lounge', client_id: id, ref }));
  }
  assert.deepEqual(texts(room), ['meanwhile', 'under the old name', 'under the new name']);
  assert.deepEqual([room.pending, wire.sent('join').length], [[], 2]);
});
