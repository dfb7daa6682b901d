// @ts-check

/**
 * How far a room has been seen: an event's `seq` and its `ts` together. A `seq` alone could be that of another event by
 * now, in a log that was restored or lost its end.
 */
export class Position {
  /** @type {number | null} */
  seq = null;
  /** Null when the server did not tell. @type {string | null} */
  ts = null;

  /**
   * Moves on to an event; false when it, or a later one, has been seen.
   * @param {{ seq: number, ts?: string }} event
   */
  advance({ seq, ts }) {
    if (seq === this.seq) this.ts ??= ts ?? null;
    if (this.seq !== null && seq <= this.seq) return false;
    this.to({ seq, ts });
    return true;
  }

  /**
   * To wherever the server says, forward or back.
   * @param {{ seq: number, ts?: string }} head
   */
  to({ seq, ts }) {
    this.seq = seq;
    this.ts = ts ?? null;
  }

  /** The fields by which a join asks for what comes after. */
  get since() {
    return { since: this.seq ?? undefined, since_ts: this.ts ?? undefined };
  }
}
