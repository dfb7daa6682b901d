/**
 * The FastRoom client: ES modules without dependencies, for browsers and Node 20 or newer.
 *
 *   const client = new FastRoom({ url: 'http://localhost:8000' });
 *   await client.signIn('alice', 'correct horse');
 *   client.on('message', ({ room, message }) => console.log(room.name, message.user, message.text, message.state));
 *   client.connect();
 *   const room = client.join('general');
 *   room.send('hello');   // in room.pending at once, in room.messages when the server has committed it
 *
 * It keeps one socket open (back-off with jitter), renews its token in place, and after every reconnect resumes each
 * room behind the last event it saw, so that nothing is lost and nothing comes twice. Types: fastroom.d.ts.
 */
export { FastRoom } from './fastroom/client.js';
export { FastRoomError } from './fastroom/errors.js';
export { paginate } from './fastroom/query.js';
export { Room } from './fastroom/room.js';
export { browserStore, memoryStore } from './fastroom/stores.js';
