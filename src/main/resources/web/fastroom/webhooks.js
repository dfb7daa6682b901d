// @ts-check

/** @typedef {import('./api.js').components['schemas']} Schemas */

/** The webhooks of a room, or, for administrators, those of all rooms. */
export class WebhookCalls {
  #call;
  #path;

  /**
   * @param {import('./calls.js').Call} call
   * @param {string} path
   */
  constructor(call, path) {
    this.#call = call;
    this.#path = path;
  }

  list() {
    return this.#call('GET', this.#path);
  }

  /**
   * The answer has the `secret`, which is shown this once.
   * @param {Schemas['NewWebhook']} webhook
   */
  create(webhook) {
    return this.#call('POST', this.#path, webhook);
  }

  /** @param {number} webhookId */
  get(webhookId) {
    return this.#call('GET', `${this.#path}/${webhookId}`);
  }

  /**
   * `state: 'active'` begins the tries anew.
   * @param {number} webhookId
   * @param {Schemas['WebhookChange']} change
   */
  update(webhookId, change) {
    return this.#call('PATCH', `${this.#path}/${webhookId}`, change);
  }

  /** @param {number} webhookId */
  delete(webhookId) {
    return this.#call('DELETE', `${this.#path}/${webhookId}`);
  }

  /**
   * Sends the event at `seq` and all after it again.
   * @param {number} webhookId
   * @param {Schemas['Replay'] | Schemas['GlobalReplay']} from
   */
  replay(webhookId, from) {
    return this.#call('POST', `${this.#path}/${webhookId}/replay`, from);
  }
}
