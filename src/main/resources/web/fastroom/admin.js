// @ts-check
import { query } from './query.js';
import { WebhookCalls } from './webhooks.js';

/** @typedef {import('./api.js').components['schemas']} Schemas */
/**
 * @template {keyof import('./api.js').operations} T
 * @typedef {import('./calls.js').QueryOf<T>} QueryOf
 */

/** What administrators do; for others the server refuses each with `not_admin`. */
export class AdminCalls {
  #call;

  /** @param {import('./calls.js').Call} call */
  constructor(call) {
    this.#call = call;
    /** Those of all rooms. */
    this.webhooks = new WebhookCalls(call, '/admin/webhooks');
  }

  /** @param {QueryOf<'listAccounts'>} [page] */
  listUsers(page = {}) {
    return this.#call('GET', `/admin/users${query(page)}`);
  }

  /** @param {Schemas['NewAccount']} account */
  createUser(account) {
    return this.#call('POST', '/admin/users', account);
  }

  /**
   * Disabling ends logins and sockets at once.
   * @param {number} userId
   * @param {Schemas['AccountAdministration']} change
   */
  updateUser(userId, change) {
    return this.#call('PATCH', `/admin/users/${userId}`, change);
  }

  /** @param {number} userId */
  deleteUser(userId) {
    return this.#call('DELETE', `/admin/users/${userId}`);
  }

  /** @param {number} botId */
  listKeys(botId) {
    return this.#call('GET', `/admin/users/${botId}/keys`);
  }

  /**
   * @param {number} botId
   * @param {Schemas['NewKey']} key
   */
  createKey(botId, key) {
    return this.#call('POST', `/admin/users/${botId}/keys`, key);
  }

  /**
   * @param {number} botId
   * @param {number} keyId
   */
  deleteKey(botId, keyId) {
    return this.#call('DELETE', `/admin/users/${botId}/keys/${keyId}`);
  }

  /** @param {QueryOf<'listAllRooms'>} [page] */
  listRooms(page = {}) {
    return this.#call('GET', `/admin/rooms${query(page)}`);
  }

  /**
   * @param {number} roomId
   * @param {Schemas['AdminRoomChange']} change
   */
  updateRoom(roomId, change) {
    return this.#call('PATCH', `/admin/rooms/${roomId}`, change);
  }

  /** @param {number} roomId */
  deleteRoom(roomId) {
    return this.#call('DELETE', `/admin/rooms/${roomId}`);
  }

  /**
   * Makes the user a member and moderator.
   * @param {number} roomId
   * @param {string} username
   */
  addModerator(roomId, username) {
    return this.#call('POST', `/admin/rooms/${roomId}/moderators`, { username });
  }

  /** @param {QueryOf<'listInvites'>} [page] */
  listInvites(page = {}) {
    return this.#call('GET', `/admin/invites${query(page)}`);
  }

  /** @param {Schemas['NewInvite']} [invite] */
  createInvite(invite = {}) {
    return this.#call('POST', '/admin/invites', invite);
  }

  /** @param {number} inviteId */
  deleteInvite(inviteId) {
    return this.#call('DELETE', `/admin/invites/${inviteId}`);
  }

  /** @param {QueryOf<'listAudit'>} [page] */
  listAudit(page = {}) {
    return this.#call('GET', `/admin/audit${query(page)}`);
  }
}
