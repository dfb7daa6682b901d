// @ts-check

/**
 * Finds the first message after an event. Nothing but pages by id can be asked for; but ids and places in the log grow
 * together, so that each page tells on which side to go on, and few are read in a log of any length.
 * @param {number} seq
 * @param {{ id: number, seq: number }} known a message after it
 * @param {(beforeId: number) => Promise<{ messages: any[], more: boolean }>} read the last messages before an id
 * @returns {Promise<number>} its id
 */
export async function firstAfter(seq, known, read) {
  let high = known.id;
  // Of all ids up to this one none is after it.
  let low = 0;
  let step = known.seq - seq;
  while (high - low > 1) {
    const middle = low + 2 + Math.floor((high - low - 2) / 2);
    const before = low > 0 ? middle : Math.max(2, high - Math.max(0, step - 1));
    step *= 2;
    const { messages, more } = await read(before);
    const after = messages.findIndex((m) => m.seq > seq);
    if (after < 0) low = before - 1;
    else {
      high = messages[after].message_id;
      if (after > 0 || !more) return high;
    }
  }
  return high;
}
