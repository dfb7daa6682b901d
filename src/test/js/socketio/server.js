// What FastRoom is compared with: a chat on Socket.IO that stores a message in PostgreSQL before it sends it on through
// Redis. It asks nobody who they are and numbers nothing.
import { createAdapter } from '@socket.io/redis-adapter';
import { createServer } from 'node:http';
import pg from 'pg';
import { createClient } from 'redis';
import { Server } from 'socket.io';

const { DATABASE_URL, DATABASE_POOL_SIZE, PORT, REDIS_URL } = process.env;

const database = new pg.Pool({ connectionString: DATABASE_URL, max: Number(DATABASE_POOL_SIZE) });
await database.query(`CREATE TABLE IF NOT EXISTS socketio_messages (id bigserial PRIMARY KEY, room text NOT NULL,
  content text NOT NULL, created_at timestamptz NOT NULL DEFAULT now())`);

const publisher = createClient({ url: REDIS_URL });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

const http = createServer((request, response) => response.end());
const io = new Server(http, {
  adapter: createAdapter(publisher, subscriber), transports: ['websocket'], serveClient: false, perMessageDeflate: false,
});

io.on('connection', socket => {
  socket.on('join', async room => {
    await socket.join(room);
    socket.data.room = room;
    socket.emit('joined');
  });
  socket.on('chat', async text => {
    const { room } = socket.data;
    const { rows: [stored] } = await database.query({
      name: 'store', text: 'INSERT INTO socketio_messages (room, content) VALUES ($1, $2) RETURNING id, created_at',
      values: [room, text],
    });
    io.to(room).emit('chat', text, stored.id, stored.created_at);
  });
});

http.listen({ host: '127.0.0.1', port: Number(PORT), backlog: 4096 });
