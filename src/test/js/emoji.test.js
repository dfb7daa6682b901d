import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find, GROUPS, isReaction, nameOf } from '../../main/resources/web/page/emoji.js';

const all = GROUPS.flatMap(({ entries }) => entries);

test('each emoji of the picker is one, has a name of its own and stands there once', () => {
  assert.ok(all.length > 400);
  assert.deepEqual(all.filter(({ emoji }) => !isReaction(emoji)), []);
  const twice = (values) => values.filter((value, at) => values.indexOf(value) !== at);
  assert.deepEqual(twice(all.map(({ emoji }) => emoji)), []);
  assert.deepEqual(twice(all.map(({ name }) => name)), []);
});

test('they are found by the beginnings of words', () => {
  assert.equal(find('thumbs up')[0].emoji, '👍');
  assert.equal(find('+1')[0].emoji, '👍');
  assert.ok(find('CELEB').some(({ emoji }) => emoji === '🎉'));
  assert.deepEqual(find('humbs'), []);
  assert.equal(find(' ').length, all.length);
  assert.equal(nameOf('❤️'), 'Red heart');
  assert.equal(nameOf(':party:'), ':party:');
});

test('what looks like a reaction', () => {
  for (const text of ['👍🏽', '👩‍👩‍👧', '🇩🇪', '5️⃣', '🪿', ':party_parrot:', '❤']) assert.ok(isReaction(text), text);
  for (const text of ['', 'a', '5', '👍👍', '👍a', ':)', ':a b:', null, 7, `👍${'\u200d👍'.repeat(20)}`])
    assert.ok(!isReaction(text), String(text));
});
