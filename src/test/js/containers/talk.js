/**
 * Two people talk over the balancer at the URL while scripts/try-containers does what it does, and somebody asks for their
 * rooms all the time. Ends when the file talk.end is there; what was said must have come to both, once and in order, and no
 * request may have failed while the file talk.roll was there.
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FastRoom } from '../../../main/resources/web/fastroom.js';

const [url, folder] = process.argv.slice(2);
const END_MILLIS = 60_000;

async function person(name) {
  const client = new FastRoom({ url, maxMessages: 100_000 });
  const username = `${name}_${process.pid}_${Date.now()}`;
  await client.register({ username, password: 'correct horse battery' });
  await client.signIn(username, 'correct horse battery');
  const heard = [];
  client.on('message', ({ message }) => message.state === 'sent' && heard.push(message.text));
  client.connect();
  return { client, heard };
}

const [alice, bob] = [await person('alice'), await person('bob')];
const name = `general ${Date.now()}`;
await alice.client.createRoom(name);
const room = await alice.client.join(name).ready;
await bob.client.join(name).ready;
console.log('talking');

const said = [];
const asked = { all: 0, rolling: 0, failed: [] };

async function talk() {
  while (!existsSync(`${folder}/talk.end`)) {
    said.push(`number ${said.length}`);
    room.send(said.at(-1));
    await sleep(100);
  }
}

async function ask() {
  while (!existsSync(`${folder}/talk.end`)) {
    const rolling = existsSync(`${folder}/talk.roll`);
    const why = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5000) }).then(
      (answer) => (answer.status === 200 ? null : answer.status), (error) => error.cause?.code ?? error.name);
    asked.all += 1;
    if (rolling) {
      asked.rolling += 1;
      if (why !== null) asked.failed.push(why);
    }
    await sleep(50);
  }
}

await Promise.all([talk(), ask()]);
const wanted = JSON.stringify(said);
const right = () => JSON.stringify(alice.heard) === wanted && JSON.stringify(bob.heard) === wanted;
for (const end = Date.now() + END_MILLIS; !right() && Date.now() < end;) await sleep(100);
console.log(`${said.length} messages, heard ${alice.heard.length} and ${bob.heard.length} times, in order: ${right()}; `
  + `${asked.all} requests, ${asked.rolling} of them while nodes were replaced, of which failed: ${asked.failed.length} `
  + asked.failed.slice(0, 10));
process.exit(right() && asked.rolling > 0 && asked.failed.length === 0 ? 0 : 1);
