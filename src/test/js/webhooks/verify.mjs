// Checks deliveries, one JSON object a line of a file, with the library of Standard Webhooks.
import { readFileSync } from 'node:fs';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

const lines = readFileSync(process.argv[2], 'utf8').trim().split('\n');
for (const line of lines) {
  const { secret, body, ...headers } = JSON.parse(line);
  new Webhook(secret).verify(body, headers);
  try {
    new Webhook(secret).verify(`${body} `, headers);
    throw new Error('takes what was changed');
  } catch (refused) {
    if (!(refused instanceof WebhookVerificationError)) throw refused;
  }
}
console.log(`verified ${lines.length}`);
