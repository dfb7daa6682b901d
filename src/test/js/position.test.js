import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chat, settled, texts, Wire } from './support/wire.js';

const T = (second) => `2025-01-01T00:00:${String(second).padStart(2, '0')}.000001Z`;

const story = (name, body) =>
  test(name, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_700_000_000_000 });
    const wire = new Wire();
    const { client, room } = await wire.chatting();
    const back = async () => {
      wire.cut();
      await wire.reconnect(t.mock.timers);
      const { since, since_ts: ts } = wire.sent('join')[0];
      return [since, ts];
    };
    await body({ wire, client, room, back, timers: t.mock.timers });
  });

const startOver = (wire, joined, ...parts) => {
  wire.push({ type: 'joined', room: 'general', room_id: 7, ...joined });
  wire.push({ type: 'presence_state', room: 'general', users: ['alice', 'carol'] });
  parts.forEach((messages, at) =>
    wire.push({ type: 'history', room: 'general', resumed: false, more: at < parts.length - 1, messages }),
  );
};

story('asks by seq alone while the server tells no time', async ({ back, room }) => {
  assert.deepEqual([room.seq, room.ts], [10, null]);
  assert.deepEqual(await back(), [10, undefined]);
});

story('asks by seq and time as they came with joined', async ({ wire, back }) => {
  await back();
  wire.letIn('general', 12, { messages: [], resumed: true }, { ts: T(12) });
  assert.deepEqual(await back(), [12, T(12)]);
});

story('asks by seq and time of the last live event, to the digit', async ({ wire, room, back }) => {
  wire.push(chat(11, 'bob', 'eleven', { ts: T(11) }));
  wire.push({ type: 'message_deleted', room: 'general', message_id: 111, seq: 12, ts: '2025-01-01T00:00:12.100000Z' });
  assert.deepEqual([room.seq, room.ts], [12, '2025-01-01T00:00:12.100000Z']);
  assert.deepEqual(await back(), [12, '2025-01-01T00:00:12.100000Z']);
});

story('takes the time of a position that it knows by seq alone', async ({ wire, back }) => {
  await back();
  wire.letIn('general', 10, { messages: [], resumed: true }, { ts: T(10) });
  assert.deepEqual(await back(), [10, T(10)]);
});

story('asks from the last event it has when a resume is lost half way', async ({ wire, back }) => {
  await back();
  wire.letIn(
    'general',
    30,
    { messages: [chat(11, 'bob', 'x', { ts: T(11) })], resumed: true, more: true },
    { ts: T(30) },
  );
  assert.deepEqual(await back(), [11, T(11)]);
});

story('asks from the old position when a history that starts over is lost half way', async ({ wire, room, back }) => {
  wire.push(chat(11, 'bob', 'eleven', { ts: T(11) }));
  const before = texts(room);
  wire.push({ type: 'joined', room: 'general', room_id: 7, seq: 9, ts: T(9) });
  wire.push({ type: 'history', room: 'general', resumed: false, more: true, messages: [chat(8, 'bob', 'half')] });
  assert.deepEqual([room.state, texts(room)], ['waiting', before]);
  assert.deepEqual(await back(), [11, T(11)]);
});

for (const parts of [1, 2, 3]) {
  story(`starts over when told to, in ${parts} parts`, async ({ wire, client, room, back }) => {
    const told = [];
    client.on('history', ({ kind }) => told.push([kind, texts(room)]));
    wire.push(chat(11, 'bob', 'lost by the failover', { ts: T(11) }));
    const last = [chat(7, 'bob', 'a'), chat(8, 'bob', 'b'), chat(9, 'alice', 'c')];
    const size = Math.ceil(last.length / parts);
    startOver(
      wire,
      { seq: 9, ts: T(9) },
      ...Array.from({ length: parts }, (_, at) => last.slice(at * size, (at + 1) * size)),
    );
    assert.deepEqual(texts(room), ['a', 'b', 'c']);
    assert.deepEqual([room.seq, room.ts, room.state], [9, T(9), 'live']);
    assert.deepEqual([...room.present].sort(), ['alice', 'carol']);
    assert.deepEqual(told, [['reset', ['a', 'b', 'c']]]);
    wire.push(chat(10, 'bob', 'another tenth', { ts: T(40) }));
    assert.equal(texts(room).at(-1), 'another tenth');
    assert.deepEqual(await back(), [10, T(40)]);
  });
}

story('sends what waited, once, when it has started over', async ({ wire, room }) => {
  wire.push({ type: 'joined', room: 'general', room_id: 7, seq: 3, ts: T(3) });
  const { clientId } = room.send('meanwhile');
  assert.equal(wire.sent('chat').length, 0);
  wire.push({ type: 'presence_state', room: 'general', users: ['alice'] });
  wire.push({ type: 'history', room: 'general', resumed: false, messages: [] });
  assert.deepEqual(
    wire.sent('chat').map((c) => c.client_id),
    [clientId],
  );
});

story('does not put a page of the old history before the new one', async ({ wire, room, timers }) => {
  wire.cut();
  await wire.reconnect(timers);
  wire.letIn('general', 60, { messages: Array.from({ length: 50 }, (_, at) => chat(11 + at, 'bob', `line ${at}`)) });
  const loading = room.loadOlder();
  const [{ ref }] = wire.sent('history_more');
  startOver(wire, { seq: 5, ts: T(5) }, [chat(5, 'bob', 'only this')]);
  assert.equal(await loading, false);
  wire.push({ type: 'history_more', room: 'general', ref, more: true, messages: [chat(4, 'bob', 'a ghost')] });
  assert.deepEqual(texts(room), ['only this']);
});

story('reads the members again when it has started over', async ({ wire, room }) => {
  let banned = false;
  wire.answers['GET /rooms/7/members'] = () => [
    200,
    {
      items: [{ user_id: 2, username: 'bob', is_moderator: true, is_banned: banned, is_muted: false }],
      has_more: false,
    },
  ];
  await room.loadMembers();
  banned = true;
  startOver(wire, { seq: 9, ts: T(9) }, []);
  for (let i = 0; i < 5; i++) await settled();
  assert.equal(room.members.get(2).isBanned, true);
});

story('is not led into another room by being told to start over', async ({ wire, room }) => {
  wire.answers['GET /rooms/7'] = () => [404, {}];
  wire.push({ type: 'joined', room: 'general', room_id: 8, seq: 1, ts: T(1) });
  wire.push({ type: 'history', room: 'general', resumed: false, messages: [chat(1, 'bob', 'foreign')] });
  for (let i = 0; i < 5; i++) await settled();
  assert.deepEqual([room.state, room.reason], ['gone', 'room_not_found']);
  assert.ok(!texts(room).includes('foreign'));
});

story('passes events of unknown kinds, which move the position', async ({ wire, room, back }) => {
  const before = texts(room);
  wire.push({ type: 'reaction', room: 'general', message_id: 110, emoji: '🎉', on: true, seq: 11, ts: T(11) });
  wire.push({ type: 'poll_closed', room: 'general', text: { deep: [] }, seq: 12, ts: T(12) });
  assert.deepEqual(texts(room), before);
  assert.deepEqual(await back(), [12, T(12)]);
  wire.letIn('general', 14, {
    messages: [{ type: 'pinned', seq: 13, ts: T(13) }, chat(14, 'bob', 'known', { ts: T(14) })],
    resumed: true,
  });
  assert.deepEqual(texts(room), [...before, 'known']);
});

story('does not take marks that bear a seq for events', async ({ wire, room, back }) => {
  wire.push({ type: 'read', room: 'general', room_id: 7, seq: 400 });
  wire.push({ type: 'activity', room: 'general', room_id: 7, seq: 500, unread: 3, ts: T(9), last: null });
  wire.push({ type: 'news', room: 'general', seq: 'x', ts: T(1) });
  wire.push(chat(11, 'bob', 'eleven', { ts: T(11) }));
  assert.equal(texts(room).at(-1), 'eleven');
  assert.deepEqual(await back(), [11, T(11)]);
});

story('shows people when their list is complete', ({ wire, client, room }) => {
  const seen = [];
  client.on('presence', () => seen.push([...room.present].sort()));
  wire.push({ type: 'presence_state', room: 'general', users: ['a', 'b'], more: true });
  assert.deepEqual([...room.present].sort(), ['alice', 'bob']);
  wire.push({ type: 'presence_diff', room: 'general', join: ['z'], leave: ['a'] });
  wire.push({ type: 'presence_state', room: 'general', users: ['c'], more: true });
  wire.push({ type: 'presence_state', room: 'general', users: ['d'] });
  assert.deepEqual([...room.present].sort(), ['b', 'c', 'd', 'z']);
  assert.deepEqual([room.count, room.partial, seen.length], [4, false, 2]);
});

story('does not mix lists of people of two joins', async ({ wire, room, back }) => {
  wire.push({ type: 'presence_state', room: 'general', users: ['gone'], more: true });
  await back();
  wire.letIn('general', 10, { messages: [], resumed: true });
  assert.deepEqual([...room.present].sort(), ['alice', 'bob']);
});

story('counts the people of a room that is too large to name them', ({ wire, client, room }) => {
  const left = [];
  client.on('presence', ({ leave }) => left.push(...leave));
  wire.push({ type: 'presence_state', room: 'general', users: ['a', 'b'], count: 800, partial: true });
  assert.deepEqual([room.count, room.partial, [...room.present], left], [800, true, ['a', 'b'], []]);
  wire.push({ type: 'typing', room: 'general', user: 'unnamed', isTyping: true });
  wire.push({ type: 'presence_diff', room: 'general', join: ['c'], leave: ['y'], count: 799 });
  assert.deepEqual([room.count, room.typing], [799, ['unnamed']]);
  wire.push({ type: 'presence_diff', room: 'general', leave: ['c', 'a'] });
  assert.equal(room.count, 797);
  wire.push({ type: 'presence_state', room: 'general', users: ['b'] });
  assert.deepEqual([room.count, room.partial], [1, false]);
});
