// Prints the events that a webhook sends, each once. Node 20 or newer, nothing else.
//
// WEBHOOK_SECRET=whsec_... PORT=9000 node webhook-receiver.mjs
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = Buffer.from(process.env.WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
const seen = new Set();

/** As https://www.standardwebhooks.com has it. */
function isSigned(headers, body) {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  if (!id || !(Math.abs(Date.now() / 1000 - timestamp) < 300)) return false;
  const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64');
  const expected = Buffer.from(`v1,${mac}`);
  return String(headers['webhook-signature'])
    .split(' ')
    .map((each) => Buffer.from(each))
    .some((each) => each.length === expected.length && timingSafeEqual(each, expected));
}

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const fine = isSigned(request.headers, body);
  // The same event may come again; its id is the same then.
  if (fine && !seen.has(request.headers['webhook-id'])) {
    seen.add(request.headers['webhook-id']);
    console.log(body.toString());
  }
  response.writeHead(fine ? 204 : 401).end();
}).listen(Number(process.env.PORT), '127.0.0.1');
