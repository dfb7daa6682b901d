/** Two people on the two nodes at the URLs in the arguments, through the package as its reader installs it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { browserStore, FastRoom, FastRoomError, memoryStore, type Events, type Message, type Room } from 'fastroom';

const [one, two] = process.argv.slice(2) as [string, string];
const password = 'correct horse battery';

async function signedIn(hint: string, url: string): Promise<FastRoom> {
  const client = new FastRoom({ url, store: memoryStore() });
  const username = `${hint}_${randomBytes(6).toString('hex')}`;
  await client.register({ username, password });
  await client.signIn(username, password);
  client.connect();
  return client;
}

function heard(client: FastRoom, text: string): Promise<Message> {
  return new Promise((resolve) => {
    const stop = client.on('message', ({ message }: Events['message']) => {
      if (message.text !== text) return;
      stop();
      resolve(message);
    });
  });
}

const alice = await signedIn('alice', one);
const bob = await signedIn('bob', two);
const name = `general_${randomBytes(6).toString('hex')}`;
await alice.createRoom(name);
const hers: Room = await alice.join(name).ready;
const his: Room = await bob.join(name).ready;

const hello = heard(bob, 'hello, Bob 🙂');
hers.send('hello, Bob 🙂');
assert.equal((await hello).user, alice.me?.username);
const answer = heard(alice, 'hello, Alice');
his.send('hello, Alice');
assert.equal((await answer).state, 'sent');
assert.equal(hers.id, his.id);

const room = hers.id ?? 0;
let position: string | null = null;
for await (const { id, data } of alice.streamEvents(room)) {
  if (data.type === 'history') {
    position = id;
    await bob.postMessage(room, 'without a socket', { clientId: 'once' });
  } else if (data.message === 'without a socket') break;
}
for await (const { data } of alice.streamEvents(room, { lastEventId: position })) {
  if (data.type !== 'history') continue;
  assert.equal(data.resumed, true);
  assert.deepEqual((data.messages as { message: string }[]).map(({ message }) => message), ['without a socket']);
  break;
}
assert.equal((await alice.getHealth()).status, 'ok');
assert.equal((await alice.account.export()).memberships.length, 1);
await alice.forgotPassword('nobody@example.org').catch((error: FastRoomError) => assert.equal(error.code, 'mail_unavailable'));

await assert.rejects(alice.createRoom(name), (error: unknown) => error instanceof FastRoomError && error.status === 409);
assert.equal(typeof browserStore, 'function');
await Promise.all([alice.signOut(), bob.signOut()]);
alice.close();
bob.close();
console.log('The conversation is over.');
