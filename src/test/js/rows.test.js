import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rows } from '../../main/resources/web/page/rows.js';

const message = (id, more = {}) => ({ key: `${id}`, id, seq: id, user: 'ann', userId: 1, ts: at(id), ...more });
const at = (minute, day = 1) => new Date(2026, 2, day, 12, minute).toISOString();
const how = { me: 2, newFrom: Infinity, moderator: false, editing: null, sought: null };
const rows = () => new Rows({ message: (...its) => its, line: (...its) => its });
const keys = (items) => items.map(({ key }) => key);

test('only the items of what has changed are others', () => {
  const log = rows();
  const messages = Array.from({ length: 1000 }, (_, i) => message(i + 1, { ts: at(i % 50, 1 + Math.floor(i / 50)) }));
  let last = log.of(messages, how);
  assert.equal(last.length, 1020);
  const others = (now) => {
    const before = new Set(last);
    last = now;
    return keys(now.filter((item) => !before.has(item)));
  };
  assert.deepEqual(others(log.of([...messages], { ...how })), []);
  assert.deepEqual(others(log.of([...messages, message(1001, { ts: at(49, 20) })], how)), ['1001']);
  assert.deepEqual(others(log.of(messages.with(500, { ...messages[500], text: 'changed' }), how)), ['501']);
  assert.deepEqual(others(log.of(messages, how)), ['501']);
  assert.deepEqual(others(log.of(messages, { ...how, editing: '7' })), ['7']);
  assert.deepEqual(others(log.of(messages, how)), ['7']);
  assert.deepEqual(others(log.of(messages, { ...how, sought: 8 })), ['8']);
  assert.deepEqual(others(log.of(messages, how)), ['8']);
  assert.deepEqual(others(log.of(messages.toSpliced(500, 1), how)), ['502'], 'the next one has the name above it now');
  assert.equal(others(log.of(messages, { ...how, moderator: true })).length, 1000);
});

test('lines stand above the first of a day and above what is new', () => {
  const messages = [message(1), message(2), message(3, { userId: 2, user: 'me', ts: at(3, 2) }), message(4, { ts: at(4, 2) })];
  const [first, second] = messages.filter(({ id }) => id % 2).map(({ ts }) => `day ${new Date(ts).toDateString()}`);
  assert.deepEqual(keys(rows().of(messages, how)), [first, '1', '2', second, '3', '4']);
  assert.deepEqual(keys(rows().of(messages, { ...how, newFrom: 2 })), [first, '1', '2', second, '3', 'new', '4']);
});

test('a day that comes twice has two lines', () => {
  const items = rows().of([message(1), message(2, { ts: at(2, 2) }), message(3)], how);
  assert.equal(new Set(keys(items)).size, 6);
});

test('one author within five minutes is named once, and again below a line', () => {
  const firsts = (messages, newFrom = Infinity) =>
    rows()
      .of(messages, { ...how, newFrom })
      .filter(({ version }) => version.length > 1)
      .map(({ version: [, first] }) => first);
  assert.deepEqual(firsts([message(1), message(2), message(8), message(9, { user: 'bo' })]), [true, false, true, true]);
  assert.deepEqual(firsts([message(1), message(2)], 1), [true, true]);
});

test('whatever changes, the list is the one that would be made anew', () => {
  let seed = 7;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const log = rows();
  const looks = (items) => items.map(({ key, version }) => [key, ...version.slice(version.length > 1 ? 1 : 0)]);
  let [messages, now, next] = [[], { ...how }, 1];
  for (let turn = 0; turn < 2000; turn++) {
    const place = random(messages.length + 1);
    const one = () => message(next++, { user: `u${random(2)}`, userId: random(3), ts: at(random(50), 1 + random(3)) });
    const change = random(8);
    if (change < 3) messages = [...messages, one()];
    else if (change === 3) messages = messages.toSpliced(place, 0, one());
    else if (change === 4) messages = messages.toSpliced(place, 1);
    else if (change === 5 && messages[place]) messages = messages.with(place, { ...messages[place], text: `${turn}` });
    else if (change === 6) now = { ...now, newFrom: random(2) ? Infinity : random(next) };
    else now = { ...now, sought: random(next), editing: `${random(next)}` };
    assert.deepEqual(looks(log.of(messages, now)), looks(rows().of(messages, now)));
  }
});
