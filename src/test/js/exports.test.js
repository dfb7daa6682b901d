import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as client from '../../main/resources/web/fastroom.js';

const WEB = new URL('../../main/resources/web/', import.meta.url);
const text = (name) => readFileSync(new URL(name, WEB), 'utf8');
const modules = readdirSync(new URL('fastroom/', WEB)).filter((file) => file.endsWith('.js'));

test('exports what the types declare, no more and no less', () => {
  const declared = [...text('fastroom.d.ts').matchAll(/^export (?:class|function|const) (\w+)/gm)].map((m) => m[1]);
  assert.deepEqual(Object.keys(client).sort(), declared.sort());
});

test('is a package whose files are all there', () => {
  const { exports, files } = JSON.parse(text('package.json'));
  for (const file of [...files, exports['.'].types, exports['.'].default]) {
    assert.ok(existsSync(new URL(file, WEB)), file);
  }
});

test('needs nothing but its own modules', () => {
  for (const name of ['fastroom.js', ...modules.map((file) => `fastroom/${file}`)]) {
    const imports = [...text(name).matchAll(/^(?:import|export) .*from '([^']+)';$/gm)].map((m) => m[1]);
    for (const from of imports) assert.match(from, /^\.\/[a-z/]+\.js$/, `${name} imports ${from}`);
    assert.ok(text(name).split('\n').length < 300, `${name} is too long`);
  }
});

test('is fetched by the page in one go, not one import after another', () => {
  const preloaded = [...text('index.html').matchAll(/rel="modulepreload" href="\/([^"]+)"/g)].map((m) => m[1]);
  assert.deepEqual(preloaded.sort(), ['fastroom.js', ...modules.map((file) => `fastroom/${file}`)].sort());
});
