import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsInCode, piecesOf } from '../../main/resources/web/page/words.js';

/** As one line: `code` is [c:…], a block [b:…], a link [l:…], a mention [m:…]. */
const read = (text, mentions = []) =>
  piecesOf(text, mentions)
    .map(({ kind, text: words }) => (kind === 'text' ? words : `[${kind[0]}:${words}]`))
    .join('');

const cases = (name, table) =>
  test(name, () => {
    for (const [text, expected, mentions] of table) assert.equal(read(text, mentions), expected);
  });

cases('code stands between as many backticks as it began with', [
  ['run `npm ci` now', 'run [c:npm ci] now'],
  ['a `b` and ``c ` d``', 'a [c:b] and [c:c ` d]'],
  ['a lone ` stays', 'a lone ` stays'],
  ['so do `` and ``` ```', 'so do `` and ``` ```'],
  ['` `a`', '` [c:a]'],
  ['not `over\nlines` here', 'not `over\nlines` here'],
  ['```\nlet a;\n  b\n```', '[b:let a;\n  b]'],
  ['look:\n```js\nlet a = `x`;\n```\nthere', 'look:[b:let a = `x`;]there'],
  ['```one line```', '[b:one line]'],
  ['``` never ends', '``` never ends'],
  ['```\n```', '```\n```'],
  ['````\n```\n````', '````\n```\n````'],
]);

cases('links are those of http and https, without the punctuation of the sentence', [
  ['see http://a.example/b?c=d#e.', 'see [l:http://a.example/b?c=d#e].'],
  ['(https://a.example/x_(y)), ok', '([l:https://a.example/x_(y)]), ok'],
  ['[https://a.example]!', '[[l:https://a.example]]!'],
  ['"https://a.example/it\'s"', '"[l:https://a.example/it\'s]"'],
  ['HTTPS://A.EXAMPLE', '[l:HTTPS://A.EXAMPLE]'],
  ['https://bücher.example/straße und', '[l:https://bücher.example/straße] und'],
  ['見よ https://例え.jp/あ。次', '見よ [l:https://例え.jp/あ]。次'],
  ['javascript:alert(1) data:text/html,x file:///etc ftp://a.example', 'javascript:alert(1) data:text/html,x file:///etc ftp://a.example'],
  ['xhttp://a.example https:// http://. https://[', 'xhttp://a.example https:// http://. https://['],
  ['https://a.example/\u202egpj.exe', '[l:https://a.example/]\u202egpj.exe'],
  ['<https://a.example/>', '<[l:https://a.example/]>'],
  ['**https://a.example**', '**[l:https://a.example]**'],
]);

test('links lead where they say', () => {
  const [{ href }] = piecesOf('https://bücher.example/ß?q=`');
  assert.equal(href, 'https://xn--bcher-kva.example/%C3%9F?q=');
  const long = `https://a.example/${'x'.repeat(3900)}`;
  assert.deepEqual(piecesOf(long), [{ kind: 'link', text: long, href: long }]);
});

cases('mentions are those that the server names, not in code and not in links', [
  ['@bob, `@bob` ```@bob```', '[m:@bob], [c:@bob] [b:@bob]', ['bob']],
  ['https://a.example/@bob @BOB.', '[l:https://a.example/@bob] [m:@BOB].', ['bob']],
  ['x@bob @bobby @bob_ @bob.c', 'x@bob @bobby [m:@bob]_ @bob.c', ['bob']],
  ['@bob.c...', '[m:@bob.c]...', ['bob', 'bob.c']],
  ['你好@bob你好 é@bob @bobé', '你好[m:@bob]你好 é@bob @bobé', ['bob']],
  ['@nobody', '@nobody', ['bob']],
  ['@bob', '@bob', []],
]);

test('nothing of a text is lost, and hostile ones cost no more than others', () => {
  const parts = ['`', '``', '```', '` `` ', '`\n', '@', '@bob', '@bob.', '.', '@_', '_', 'http://', 'http://a)', ')', '(', '](', "'"];
  const hostile = [...parts, ...parts.map((part) => `@${part}x`)].map((part) => part.repeat(4000 / part.length));
  hostile.push(Array.from({ length: 89 }, (_, i) => '`'.repeat(i)).join(' '), `http://a/${'('.repeat(2000)}${')'.repeat(1990)}`);
  hostile.push(`@${'.'.repeat(3990)}x`, `http://a${'.'.repeat(3990)}`, `\`\`\`${'\n'.repeat(3990)}x`);
  const cost = (times) => {
    const started = process.cpuUsage();
    for (const text of hostile) piecesOf(text.repeat(times), ['bob', 'x', 'xxx']);
    return process.cpuUsage(started).user / 1000;
  };
  cost(10);
  // Ten times the length costs a hundred times as much where something is looked for again and again.
  const [short, long] = [cost(10), cost(100)];
  assert.ok(long < 30 * short, `${short} ms, then ${long} ms`);
  for (const text of hostile) {
    const kept = piecesOf(text, ['bob']).reduce((sum, piece) => sum + piece.text.length, 0);
    assert.ok(kept >= text.replace(/[`\n]/g, '').length, text.slice(0, 20));
  }
});

test('what is being written is code until its backticks are closed', () => {
  for (const text of ['`a', '```\n@b', 'x `a` `', '```\na\n```\n`']) assert.equal(endsInCode(text), true, text);
  for (const text of ['', 'a', '`a` @', '```\na\n``` @', '`\n@']) assert.equal(endsInCode(text), false, text);
});
