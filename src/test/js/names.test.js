import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chat, settled, texts, Wire } from './support/wire.js';

const story = (name, body) =>
  test(name, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_700_000_000_000 });
    const wire = new Wire();
    await body({ wire, ...(await wire.chatting()) });
  });

story('refuses by itself what would cost the connection', async ({ wire, client, room }) => {
  const { clientId } = room.send('x'.repeat(70_000));
  const other = client.join('y'.repeat(70_000));
  room.send('and this');
  await settled();
  assert.deepEqual([room.pending[0].clientId, room.pending[0].error.code], [clientId, 'too_long']);
  assert.deepEqual([other.state, other.reason], ['gone', 'too_long']);
  assert.deepEqual(
    wire.sent('chat').map((f) => f.message),
    ['and this'],
  );
});

const COMPOSED = 'Caf\u00e9 \u1e69';
for (const written of [COMPOSED, COMPOSED.normalize('NFD'), 'Cafe\u0301 s\u0307\u0323', 'Cafe\u0301 \u1e63\u0307']) {
  story(
    `knows a room by the name that the server answers (${[...written].length} characters)`,
    async ({ wire, client }) => {
      const room = client.join(written);
      const { ref, room: asked } = wire.sent('join').at(-1);
      assert.equal(asked, written);
      wire.push({ type: 'joined', room: COMPOSED, room_id: 8, seq: 0, ref });
      wire.push({ type: 'history', room: COMPOSED, messages: [] });
      assert.deepEqual([room.name, room.state], [COMPOSED, 'live']);
      assert.equal(client.join(COMPOSED), room);
      assert.equal(client.join(COMPOSED.normalize('NFD')), room);
      wire.push(chat(1, 'bob', 'hello', { room: COMPOSED }));
      assert.deepEqual(texts(room), ['hello']);
      client.leave(room);
      assert.notEqual(client.join(written), room);
    },
  );
}
