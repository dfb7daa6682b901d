// Says in a room whatever others say there. Node 20 or newer, nothing else.
// FASTROOM_URL=http://localhost:8000 FASTROOM_KEY=frk_... ROOM_ID=1 node echo-bot.mjs
const { FASTROOM_URL, FASTROOM_KEY, ROOM_ID } = process.env;

async function call(path, options = {}) {
  const headers = { authorization: `Bearer ${FASTROOM_KEY}`, 'content-type': 'application/json', ...options.headers };
  const answer = await fetch(FASTROOM_URL + path, { ...options, headers });
  if (answer.ok) return answer;
  throw Object.assign(new Error(await answer.text()), { status: answer.status });
}

async function echo({ type, user_id, deleted, message, message_id }) {
  if (type !== 'chat' || user_id === me.id || deleted) return;
  // The same client_id never says it twice, however often this is tried.
  const body = JSON.stringify({ content: message, client_id: `echo-${message_id}` });
  await call(`/rooms/${ROOM_ID}/messages`, { method: 'POST', body });
}

const me = await (await call('/users/me')).json();
for (let last; ; ) {
  try {
    const stream = await call(`/rooms/${ROOM_ID}/events`, { headers: last ? { 'last-event-id': last } : {} });
    let text = '';
    for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
      const events = (text + chunk).split('\n\n');
      text = events.pop();
      for (const event of events) {
        const field = (name) => event.match(`(?:^|\n)${name}: ([^\n]*)`)?.[1];
        console.log(event);
        const data = JSON.parse(field('data') ?? '{}');
        for (const each of data.type === 'history' && data.resumed ? data.messages : [data]) await echo(each);
        last = field('id') ?? last;
      }
    }
  } catch (lost) {
    if (lost.status < 429) throw lost;
    console.log(`reconnecting: ${lost.message}`);
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
