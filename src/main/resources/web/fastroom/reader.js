// @ts-check

/** Which messages of a room are shown, and how one reads on from there. */
export class Reader {
  /** @returns {import('./timeline.js').Timeline} */
  get _timeline() {
    throw new Error('The room has it');
  }

  get messages() {
    return this._timeline.messages;
  }

  get hasMore() {
    return this._timeline.hasMore;
  }

  get hasNewer() {
    return this._timeline.hasNewer;
  }

  /** Loads one page of older messages; answers whether any came. Memory grows by it until `trim`. */
  loadOlder() {
    return this._timeline.loadOlder();
  }

  /** Loads one page of newer messages while `hasNewer`; answers whether any came. */
  loadNewer() {
    return this._timeline.loadNewer();
  }

  /**
   * Shows the messages around one, wherever it stands; false when there is no such message.
   * @param {number} messageId
   */
  goTo(messageId) {
    return this._timeline.goTo(messageId);
  }

  /**
   * The id of the first message after an event, wherever it stands; null when there is none.
   * @param {number} seq
   */
  firstAfter(seq) {
    return this._timeline.firstAfter(seq);
  }

  /** Ends the reading of older messages: the newest are shown, down to the client's `maxMessages`. */
  trim() {
    this._timeline.trim();
  }
}
