import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chat, settled, Wire } from './support/wire.js';

const TS = '2025-01-01T00:00:00Z';
const REACTION = { type: 'reaction', room: 'general', user: 'bob', user_id: 2, emoji: '👍', on: true, count: 1, ts: TS };
const last = (text, id = 1) => ({ message_id: id, user: 'bob', message: text, ts: TS });
const listed = (id, name, more = {}) => ({
  room: name,
  room_id: id,
  kind: 'room',
  is_private: false,
  seq: 10,
  read_seq: 10,
  unread: 0,
  mentions: 0,
  last: last('and then'),
  ...more,
});

const story = (name, body) =>
  test(name, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_700_000_000_000 });
    const wire = new Wire();
    const { client, room } = await wire.chatting();
    client.watch();
    const answer = (...rooms) => wire.push({ type: 'rooms', rooms, ref: wire.sent('watch').at(-1).ref });
    const news = (id) => {
      const { unread, mentions, readSeq } = client.list.get(id);
      return [unread, mentions, readSeq];
    };
    await body({ wire, client, room, answer, news, timers: t.mock.timers });
  });

story('knows all rooms, and what is new in those it is not in', async ({ wire, client, answer, news }) => {
  assert.equal(client.list, null);
  wire.push({ type: 'rooms', rooms: [listed(7, 'general')], more: true });
  assert.equal(client.list, null);
  answer(listed(8, 'lounge', { unread: 3, mentions: 1, read_seq: 5 }));
  assert.deepEqual([...client.list.keys()], [7, 8]);
  assert.deepEqual(client.list.get(8).last, { id: 1, user: 'bob', text: 'and then', ts: TS });
  wire.push({ type: 'activity', room: 'salon', room_id: 8, seq: 11, unread: 4, last: last('new', 2) });
  assert.deepEqual([client.list.get(8).name, ...news(8)], ['salon', 4, 1, 5]);
  const mentions = [];
  client.on('mention', (mention) => mentions.push([mention.name, mention.message.text]));
  wire.push({ type: 'mention', room: 'salon', room_id: 8, message: last('@alice', 3) });
  assert.deepEqual([mentions, news(8)], [[['salon', '@alice']], [4, 2, 5]]);
  wire.push({ type: 'read', room: 'salon', room_id: 8, seq: 11 });
  assert.deepEqual(news(8), [0, 0, 11]);
  wire.push({ type: 'room_added', ...listed(9, '@alice,bob', { kind: 'direct', unread: 1 }) });
  wire.push({ type: 'room_removed', room_id: 8, reason: 'left' });
  assert.deepEqual(
    [...client.list.values()].map(({ name, kind }) => `${kind} ${name}`),
    ['room general', 'direct @alice,bob'],
  );
});

story('counts by itself in a room that it is in', async ({ wire, client, room, answer, news }) => {
  answer(listed(7, 'general'));
  wire.push(chat(11, 'bob', 'hello'));
  wire.push(chat(12, 'alice', 'my own'));
  wire.push(chat(13, 'bob', '@alice look', { mentions: ['alice'] }));
  wire.push({ type: 'mention', room: 'general', room_id: 7, message: last('@alice look', 113) });
  assert.deepEqual([news(7), client.list.get(7).last.text], [[2, 1, 10], '@alice look']);
  room.markRead(11);
  assert.deepEqual(news(7), [1, 1, 11]);
  wire.push({ type: 'message_deleted', room: 'general', message_id: 113, seq: 14, ts: TS });
  assert.deepEqual([news(7), client.list.get(7).last.text], [[0, 0, 11], 'my own']);
  wire.push({ type: 'room_updated', room: 'general', name: 'salon', is_private: true, seq: 15, ts: TS });
  assert.deepEqual([client.list.get(7).name, client.list.get(7).isPrivate], ['salon', true]);
});

story('counts a mention once, and not at all when it was read before the server tells of it', async (around) => {
  const { wire, room, answer, news } = around;
  const mention = (id) => wire.push({ type: 'mention', room: 'general', room_id: 7, message: last('@alice', id) });
  answer(listed(7, 'general', { last: last('earlier', 110) }));
  mention(110);
  assert.deepEqual(news(7), [0, 0, 10], 'the list has counted it');
  wire.push(chat(11, 'bob', '@alice', { mentions: ['alice'] }));
  assert.deepEqual(news(7), [1, 1, 10]);
  room.markRead();
  mention(111);
  assert.deepEqual(news(7), [0, 0, 11]);
  wire.push(chat(12, 'bob', '@alice', { mentions: ['alice'] }));
  wire.push({ ...REACTION, message_id: 112, seq: 13 });
  mention(112);
  assert.deepEqual(news(7), [1, 1, 11]);
});

story('asks for the list when a mention may be no more, once for all that happens meanwhile', async (around) => {
  const { wire, answer, news, timers } = around;
  const activity = (seq, unread) =>
    wire.push({ type: 'activity', room: 'lounge', room_id: 8, seq, unread, last: last('new', seq) });
  const lounge = (more) => answer(listed(7, 'general'), listed(8, 'lounge', { read_seq: 5, ...more }));
  const asked = () => wire.sent('watch').length;
  const later = (ms) => {
    timers.tick(ms);
    wire.push({ type: 'pong', ts: '' });
  };
  lounge({ unread: 3, mentions: 2 });
  activity(11, 4);
  activity(13, 6);
  later(7_000);
  assert.deepEqual([news(8), asked()], [[6, 2, 5], 1], 'others have said something, that is all');
  activity(14, 6);
  activity(15, 6);
  assert.deepEqual([news(8), asked()], [[6, 2, 5], 1]);
  later(7_000);
  assert.equal(asked(), 2);
  lounge({ seq: 15, unread: 6, mentions: 1 });
  assert.deepEqual(news(8), [6, 1, 5]);
  activity(16, 0);
  later(7_000);
  assert.deepEqual([news(8), asked()], [[0, 0, 5], 2], 'none of those that are read mentions anybody');
  activity(17, 1);
  wire.push({ type: 'mention', room: 'lounge', room_id: 8, message: last('@alice', 18) });
  wire.push({ type: 'mention', room: 'lounge', room_id: 8, message: last('@alice, and read elsewhere', 19) });
  assert.deepEqual([news(8), asked()], [[1, 1, 5], 2], 'as many as are unread');
  later(7_000);
  assert.equal(asked(), 3);
  lounge({ seq: 17, unread: 1, last: last('new', 17) });
  wire.push({ type: 'mention', room: 'lounge', room_id: 8, message: last('@alice, by an edit', 16) });
  later(7_000);
  assert.equal(asked(), 4);
});

story('counts a mention that an edit brings or takes in a room that it is in', async ({ wire, client, answer, news }) => {
  const edit = (seq, content, more) =>
    wire.push({ type: 'message_updated', room: 'general', message_id: 111, content, seq, ts: TS, ...more });
  answer(listed(7, 'general'));
  wire.push(chat(11, 'bob', 'hello'));
  wire.push(chat(12, 'bob', 'and more'));
  edit(13, '@alice', { mentions: ['alice'] });
  assert.deepEqual([news(7), client.list.get(7).seq], [[2, 1, 10], 13]);
  edit(14, 'hello');
  assert.deepEqual([news(7), client.list.get(7).seq], [[2, 0, 10], 14]);
});

story('asks for the list where a room cannot tell whether what was deleted or read elsewhere counts', async (around) => {
  const { wire, client, answer, news, timers } = around;
  const lines = (first) => Array.from({ length: 50 }, (_, i) => chat(first + i, 'bob', `line ${first + i}`));
  const later = () => {
    timers.tick(7_000);
    wire.push({ type: 'pong', ts: '' });
    return wire.sent('watch').length;
  };
  wire.cut();
  client.retryNow();
  await settled();
  wire.open();
  wire.letIn('general', 110, { messages: lines(61) });
  answer(listed(7, 'general', { seq: 110, read_seq: 40, unread: 70, mentions: 1 }));
  wire.push({ ...REACTION, message_id: 161, seq: 111 });
  assert.deepEqual([later(), news(7)], [1, [70, 1, 40]]);
  wire.push({ type: 'message_deleted', room: 'general', message_id: 150, seq: 112, ts: TS });
  assert.equal(later(), 2);
  answer(listed(7, 'general', { seq: 112, read_seq: 40, unread: 69, mentions: 0 }));
  wire.push(chat(113, 'bob', 'a'));
  assert.deepEqual([later(), news(7)], [2, [70, 0, 40]]);
  wire.push({ type: 'read', room: 'general', room_id: 7, seq: 50 });
  assert.equal(later(), 3);
  answer(listed(7, 'general', { seq: 113, read_seq: 50, unread: 60 }));
  wire.push({ type: 'read', room: 'general', room_id: 7, seq: 70 });
  assert.deepEqual([later(), news(7)], [3, [41, 0, 70]]);
});

story('does not count twice what a list and a resume both tell', async ({ wire, client, answer, news, timers }) => {
  answer(listed(7, 'general'));
  wire.cut();
  await wire.reconnect(timers);
  assert.equal(wire.sent('watch').length, 1);
  answer(listed(7, 'general', { seq: 12, unread: 2 }));
  wire.letIn('general', 12, { messages: [chat(11, 'bob', 'a'), chat(12, 'bob', 'b')], resumed: true });
  assert.deepEqual(news(7), [2, 0, 10]);
  assert.equal(client.list.get(7).last.text, 'b');
});

story('counts on from the list where the room does not reach back to what was read', async (around) => {
  const { wire, client, answer, news } = around;
  const lines = (first) => Array.from({ length: 50 }, (_, i) => chat(first + i, 'bob', `line ${first + i}`));
  wire.cut();
  client.retryNow();
  await settled();
  wire.open();
  wire.letIn('general', 110, { messages: lines(61) });
  answer(listed(7, 'general', { seq: 112, read_seq: 40, unread: 72 }));
  wire.push(chat(111, 'bob', 'a'));
  wire.push(chat(112, 'bob', 'b'));
  assert.deepEqual(news(7), [72, 0, 40]);
  wire.push(chat(113, 'bob', 'c'));
  assert.deepEqual([news(7), client.list.get(7).last.text], [[73, 0, 40], 'c']);
});

story('counts what comes while somebody reads far back, and shows the last of it', async (around) => {
  const { wire, client, room, answer, news } = around;
  const lines = (first) => Array.from({ length: 50 }, (_, i) => chat(first + i, 'bob', `line ${first + i}`));
  wire.cut();
  client.retryNow();
  await settled();
  wire.open();
  wire.letIn('general', 1000, { messages: lines(951) });
  answer(listed(7, 'general', { seq: 1000, read_seq: 1000 }));
  const going = room.goTo(400);
  const { ref } = wire.sent('history_more')[0];
  wire.push({ type: 'history_more', room: 'general', messages: lines(251), more: true, ref });
  wire.answers['GET /rooms/7/messages'] = () => [200, { items: [], has_more: true }];
  assert.deepEqual([await going, room.hasNewer], [true, true]);
  wire.push(chat(1001, 'bob', 'meanwhile'));
  wire.push({ type: 'message_deleted', room: 'general', message_id: 400, seq: 1002, ts: TS });
  assert.deepEqual([news(7), client.list.get(7).last.text], [[1, 0, 1000], 'meanwhile']);
  wire.push({ type: 'message_deleted', room: 'general', message_id: 1101, seq: 1003, ts: TS });
  room.trim();
  assert.deepEqual([news(7), client.list.get(7).last.text], [[0, 0, 1000], 'line 1000']);
});

story('tells how far it has read, once for all that is read meanwhile, and never backwards', async ({ wire, room }) => {
  room.markRead();
  room.markRead(9);
  wire.push(chat(11, 'bob', 'a'));
  room.markRead();
  wire.push(chat(12, 'bob', 'b'));
  room.markRead();
  const { ref, ...first } = wire.sent('read')[0];
  assert.deepEqual([first, wire.sent('read').length], [{ type: 'read', room: 'general', seq: 10 }, 1]);
  wire.push({ type: 'read', room: 'general', room_id: 7, seq: 10, ref });
  assert.deepEqual(
    wire.sent('read').map(({ seq }) => seq),
    [10, 12],
  );
});

story('tells later what was read without a connection', async ({ wire, client, room, answer, news, timers }) => {
  answer(listed(7, 'general', { read_seq: 9, unread: 1 }));
  wire.cut();
  room.markRead();
  assert.equal(client.readSeq(7), 10);
  await wire.reconnect(timers);
  answer(listed(7, 'general', { read_seq: 9, unread: 1 }));
  assert.deepEqual(
    wire.sent('read').map(({ seq }) => seq),
    [10],
  );
  assert.deepEqual([client.readSeq(7), news(7)], [10, [0, 0, 10]]);
});

test('tells without a list, too, what was read without a connection, and all that is read after it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_700_000_000_000 });
  const wire = new Wire();
  const { room } = await wire.chatting();
  const told = () => wire.sent('read').map(({ room, seq }) => `${room} ${seq}`);
  room.markRead(9);
  wire.cut();
  room.markRead(10);
  await wire.reconnect(t.mock.timers);
  assert.deepEqual(told(), [], 'not before the room is back: it may have another name');
  wire.letIn('salon', 11, { messages: [chat(11, 'bob', 'a')], resumed: true });
  assert.deepEqual(told(), ['salon 10']);
  wire.push({ type: 'read', room: 'salon', room_id: 7, seq: 10, ref: wire.sent('read')[0].ref });
  room.markRead();
  assert.deepEqual(told(), ['salon 10', 'salon 11']);
});

story('tells again what the server could not take at the moment, and no more what it never will', async (around) => {
  const { wire, room, timers } = around;
  const refuse = (code) => {
    const { ref } = wire.sent('read').at(-1);
    wire.push({ type: 'error', code, message: '', room: 'general', ref });
    timers.tick(10_000);
  };
  const told = () => wire.sent('read').map(({ seq }) => seq);
  room.markRead(9);
  refuse('unavailable');
  assert.deepEqual(told(), [9, 9]);
  room.markRead(10);
  refuse('rate_limited');
  assert.deepEqual(told(), [9, 9, 10]);
  refuse('room_not_found');
  assert.deepEqual(told(), [9, 9, 10]);
});

story('asks for the list again when the server could not answer, or not to the end', async (around) => {
  const { wire, client, answer, timers } = around;
  const faults = [];
  client.on('fault', ({ code }) => faults.push(code));
  const refuse = () => wire.push({ type: 'error', code: 'unavailable', message: '', ref: wire.sent('watch').at(-1).ref });
  refuse();
  timers.tick(10_000);
  assert.equal(wire.sent('watch').length, 2);
  wire.push({ type: 'rooms', rooms: [listed(8, 'lounge')], more: true, ref: wire.sent('watch').at(-1).ref });
  refuse();
  timers.tick(10_000);
  assert.equal(wire.sent('watch').length, 3);
  answer(listed(7, 'general'));
  assert.deepEqual([...client.list.keys()], [7]);
  wire.push({ type: 'pong', ts: '' });
  timers.tick(20_000);
  assert.deepEqual([wire.sent('watch').length, faults], [3, []]);
});

story('says why there is no list when there will be none', async ({ wire, client, timers }) => {
  const faults = [];
  client.on('fault', ({ code, room }) => faults.push([code, room]));
  const { ref } = wire.sent('watch')[0];
  wire.push({ type: 'error', code: 'forbidden_scope', message: 'The key is not for this', ref });
  timers.tick(7_000);
  assert.deepEqual([faults, wire.sent('watch').length], [[['forbidden_scope', null]], 1]);
});

story('counts from where the log ends when it has gone back', async ({ wire, client, room, answer, news }) => {
  answer(listed(7, 'general'));
  room.markRead();
  wire.push({ type: 'joined', room: 'general', room_id: 7, seq: 4, ts: TS });
  wire.push({ type: 'presence_state', room: 'general', users: ['alice'] });
  wire.push({ type: 'history', room: 'general', messages: [chat(4, 'bob', 'restored')] });
  assert.deepEqual(news(7), [0, 0, 4]);
  wire.push(chat(5, 'bob', 'and on'));
  assert.deepEqual([news(7), client.readSeq(7)], [[1, 0, 4], 4]);
});

story('has no list without a session, and none of the one before', async ({ wire, client, answer }) => {
  answer(listed(7, 'general'));
  wire.answers['POST /logout'] = () => [204, null];
  await client.signOut();
  await settled();
  assert.deepEqual([client.list, client.readSeq(7)], [null, null]);
});
