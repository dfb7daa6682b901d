// @ts-check
import { FastRoomError } from './errors.js';
import { within } from './time.js';

/** The server says something every 15 s, if only a comment; a connection that died without a word says nothing. */
const SILENT_FOR = 45_000;

/** @param {string} block one event, or a comment */
function parse(block) {
  // Not by a pattern: what ends a line for one may stand in a message.
  const lines = block.split('\n');
  /** @param {string} name */
  const field = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = field('data');
  return data === undefined ? null : { id: field('id') ?? null, data: JSON.parse(data) };
}

/**
 * The events of a stream as they come, each with the position after it, until it ends. Whoever reads no further ends it.
 * @param {Response} answer
 * @returns {AsyncGenerator<import('../fastroom.js').StreamedEvent, void, void>}
 */
export async function* eventsOf(answer) {
  const body = /** @type {ReadableStream<any>} */ (answer.body);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await within(SILENT_FOR, () => reader.read()).catch((cause) => {
        throw new FastRoomError('The stream broke off', { code: 'unreachable', cause });
      });
      if (done) return;
      const blocks = (text + value).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parse(block);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
