/**
 * A crowd of sockets at the URL, each in a room, while scripts/try-containers looks at what the nodes take for them. Says
 * how many are there, talks to them, and ends when the file crowd.end is there: with 0 when nobody was sent away.
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [url, folder] = process.argv.slice(2);
const PEOPLE = 20;
const SOCKETS_EACH = 45;
const ROOMS = 9;

async function call(path, token, body) {
  const form = body instanceof URLSearchParams;
  const answer = await fetch(`${url}${path}`, {
    method: 'POST', body: form ? body : JSON.stringify(body),
    headers: { ...(form ? {} : { 'content-type': 'application/json' }), ...(token ? { authorization: `Bearer ${token}` } : {}) },
  });
  if (!answer.ok) throw new Error(`${path} ${answer.status} ${await answer.text()}`);
  return answer.json();
}

let heard = 0;
let closed = 0;
let ending = false;

function socket(token, room) {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/ws?access_token=${token}`);
    ws.onopen = () => ws.send(JSON.stringify({ type: 'join', room }));
    ws.onmessage = ({ data }) => {
      const type = JSON.parse(data).type;
      if (type === 'history') resolve(ws);
      if (type === 'chat') heard += 1;
    };
    ws.onerror = () => reject(new Error('no socket'));
    ws.onclose = ({ code }) => {
      if (!ending) {
        closed += 1;
        console.log(`closed with ${code}`);
      }
    };
  });
}

const tokens = [];
for (let i = 0; i < PEOPLE; i += 1) {
  const username = `crowd_${process.pid}_${Date.now()}_${i}`;
  await call('/register', null, { username, password: 'correct horse battery' });
  tokens.push((await call('/token', null, new URLSearchParams({ username, password: 'correct horse battery' }))).access_token);
}
const rooms = [];
for (let i = 0; i < ROOMS; i += 1) {
  rooms.push((await call('/rooms', tokens[i], { name: `crowd ${process.pid} ${i}` })).name);
}
const sockets = [];
for (let i = 0; i < SOCKETS_EACH; i += 1) {
  sockets.push(...await Promise.all(tokens.map((token, n) => socket(token, rooms[(i + n) % ROOMS]))));
}
console.log(`${sockets.length} sockets`);
for (let n = 0; !existsSync(`${folder}/crowd.end`); n += 1) {
  sockets[n % sockets.length].send(JSON.stringify({ type: 'chat', room: rooms[(Math.floor(n / PEOPLE) + n % PEOPLE) % ROOMS], message: `${n} ${'x'.repeat(500)}` }));
  await sleep(20);
}
ending = true;
console.log(`${sockets.length} sockets heard ${heard} chats, closed too early: ${closed}`);
process.exit(closed === 0 && heard > 0 ? 0 : 1);
