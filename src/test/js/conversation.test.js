import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chat, settled, Wire } from './support/wire.js';

const story = (name, body) =>
  test(name, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_700_000_000_000 });
    const wire = new Wire();
    await body({ wire, timers: t.mock.timers, ...(await wire.chatting()) });
  });

const reaction = (seq, more = {}) => ({
  type: 'reaction',
  room: 'general',
  message_id: 109,
  user: 'bob',
  user_id: 2,
  emoji: '👍',
  on: true,
  count: 1,
  seq,
  ts: '2025-01-01T00:00:00Z',
  ...more,
});

story('replies, and shows at once what it replies to', async ({ wire, room }) => {
  const sent = room.send('I agree', { replyTo: 109 });
  assert.deepEqual(sent.replyTo, { id: 109, user: 'bob', text: 'earlier', deleted: false });
  assert.equal(wire.sent('chat')[0].reply_to, 109);
  const { client_id } = wire.sent('chat')[0];
  const reply_to = { message_id: 109, user: 'bob', message: 'earlier' };
  wire.push(chat(11, 'alice', 'I agree', { client_id, reply_to, mentions: ['bob'] }));
  const { replyTo, mentions } = room.messages.at(-1);
  assert.deepEqual([room.pending, replyTo, mentions], [[], sent.replyTo, ['bob']]);
  room.send('and nothing more');
  assert.equal('reply_to' in wire.sent('chat')[1], false);
});

story('tells what is replied to as it is now', async ({ wire, client, room }) => {
  const changed = [];
  client.on('change', ({ message }) => changed.push(message.id));
  wire.push(chat(11, 'bob', 'yes', { reply_to: { message_id: 109, user: 'bob', message: 'earlier' } }));
  const edit = { type: 'message_updated', room: 'general', message_id: 109, content: 'x'.repeat(300) + '🙂' };
  wire.push({ ...edit, mentions: ['alice'], seq: 12, ts: '2025-01-01T00:00:00Z' });
  assert.equal(room.messages.at(-1).replyTo.text, 'x'.repeat(200));
  assert.deepEqual([room.messages[0].mentions, changed], [['alice'], [109, 111]]);
  wire.push({ type: 'message_deleted', room: 'general', message_id: 109, seq: 13, ts: '2025-01-01T00:00:00Z' });
  assert.deepEqual(room.messages.at(-1).replyTo, { id: 109, user: 'bob', text: '', deleted: true });
  wire.push(chat(14, 'bob', 'gone', { reply_to: { message_id: 1, message: '', deleted: true } }));
  assert.deepEqual(room.messages.at(-1).replyTo, { id: 1, user: null, text: '', deleted: true });
});

story('reacts, and counts what others do', async ({ wire, room }) => {
  const done = room.react(109, '👍');
  const [{ ref, ...asked }] = wire.sent('react');
  assert.deepEqual(asked, { type: 'react', room: 'general', message_id: 109, emoji: '👍', on: true });
  wire.push(reaction(11, { user: 'alice', user_id: 1, ref }));
  await done;
  await room.react(109, '👍');
  await room.react(109, ':tada:', false);
  assert.equal(wire.sent('react').length, 1, 'what is so already is not asked for');
  wire.push(reaction(12, { count: 2 }));
  wire.push(reaction(13, { emoji: ':tada:' }));
  assert.deepEqual(room.messages[0].reactions, [
    { emoji: '👍', count: 2, me: true },
    { emoji: ':tada:', count: 1, me: false },
  ]);
  wire.push(reaction(14, { user: 'alice', user_id: 1, on: false }));
  wire.push(reaction(15, { emoji: ':tada:', on: false, count: 0 }));
  assert.deepEqual(room.messages[0].reactions, [{ emoji: '👍', count: 1, me: false }]);
  assert.equal(room.seq, 15);
});

story('takes a reaction back that is still on its way', async ({ wire, room }) => {
  const on = room.react(109, '👍');
  const off = room.react(109, '👍', false);
  assert.deepEqual(wire.sent('react').map((frame) => frame.on), [true]);
  wire.push(reaction(11, { user: 'alice', user_id: 1, ref: wire.sent('react')[0].ref }));
  await on;
  await Promise.resolve();
  assert.deepEqual(wire.sent('react').map((frame) => frame.on), [true, false]);
  wire.push(reaction(12, { user: 'alice', user_id: 1, on: false, count: 0, ref: wire.sent('react')[1].ref }));
  await off;
  assert.deepEqual(room.messages[0].reactions, []);
});

story('is done when another device has reacted the same a moment before', async ({ wire, room }) => {
  const on = room.react(109, '👍');
  wire.push(reaction(11, { user: 'alice', user_id: 1 }));
  await on;
  const off = room.react(109, '👍', false);
  await settled();
  wire.push(reaction(12, { user: 'alice', user_id: 1, on: false, count: 0, ref: wire.sent('react')[1].ref }));
  await off;
  assert.deepEqual(room.messages[0].reactions, []);
});

story('rejects a reaction that is refused, or whose answer is lost', async ({ wire, room }) => {
  const refused = assert.rejects(room.react(109, '👍'), { code: 'not_found' });
  wire.push({ type: 'error', code: 'not_found', message: 'There is no such message', ref: wire.sent('react')[0].ref });
  await refused;
  const lost = assert.rejects(room.react(109, '👍'), { code: 'unreachable' });
  wire.cut();
  await lost;
  await assert.rejects(room.react(109, '👍'), { code: 'unreachable' });
});

story('is done also when one has reacted so already to a message that is not here', async ({ wire, room }) => {
  const reactions = [{ emoji: '👍', count: 1, me: true }];
  wire.answers['GET /rooms/7/messages/1'] = () => [200, { id: 1, reactions }];
  await Promise.all([room.react(1, '👍'), room.react(1, '👍')]);
  assert.deepEqual(wire.sent('react'), []);
  const off = [room.react(1, '👍', false), room.react(1, '👍', false)];
  for (let i = 0; i < 5; i++) await settled();
  const [{ ref, on }, ...more] = wire.sent('react');
  assert.deepEqual([on, more], [false, []]);
  reactions.pop();
  wire.push(reaction(11, { message_id: 1, user: 'alice', user_id: 1, on: false, count: 0, ref }));
  await Promise.all(off);
  assert.equal(wire.sent('react').length, 1);
  wire.answers['GET /rooms/7/messages/2'] = () => [404, { code: 'message_not_found', detail: 'No such message' }];
  await assert.rejects(room.react(2, '👍'), { code: 'message_not_found' });
});

story('does not lose a reaction to a page of older messages on its way', async ({ wire, client, room }) => {
  wire.cut();
  client.retryNow();
  await settled();
  wire.open();
  wire.letIn('general', 60, { messages: Array.from({ length: 50 }, (_, i) => chat(i + 11, 'bob', `line ${i}`)) });
  const older = room.loadOlder();
  const { ref } = wire.sent('history_more')[0];
  wire.push(reaction(61));
  wire.push({ type: 'history_more', room: 'general', messages: [chat(9, 'bob', 'earlier')], more: false, ref });
  assert.equal(await older, true);
  assert.deepEqual(room.messages[0].reactions, [{ emoji: '👍', count: 1, me: false }]);
});
