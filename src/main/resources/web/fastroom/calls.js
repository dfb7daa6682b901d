// @ts-check
import { AccountCalls } from './account.js';
import { AdminCalls } from './admin.js';
import { OpenCalls } from './open.js';
import { query } from './query.js';
import { eventsOf } from './stream.js';
import { WebhookCalls } from './webhooks.js';

/** @typedef {(method: string, path: string, body?: object) => Promise<any>} Call */
/**
 * What the query of an operation may say.
 * @template {keyof import('./api.js').operations} T
 * @typedef {NonNullable<import('./api.js').operations[T]['parameters']['query']>} QueryOf
 */

/** The REST calls that have names: those of rooms here, of the account and of administrators in parts of their own. */
export class Calls extends OpenCalls {
  /** The caller's own account. */
  account = new AccountCalls(
    (method, path, body) => this.call(method, path, body),
    (path) => this._read(path),
  );
  /** What administrators do. */
  admin = new AdminCalls((method, path, body) => this.call(method, path, body));

  /**
   * Any REST call with the session's token; `body` is sent as JSON. Rejects with a FastRoomError.
   * @param {string} _method
   * @param {string} _path
   * @param {object} [_body]
   * @returns {Promise<any>}
   */
  call(_method, _path, _body) {
    throw new Error('The client makes the calls');
  }

  /**
   * The whole answer of a call.
   * @param {string} _method
   * @param {string} _path
   * @returns {Promise<{ json: any, next: string | null }>}
   */
  _answer(_method, _path) {
    throw new Error('The client makes the calls');
  }

  /**
   * A good answer that is read as it comes.
   * @param {string} _path
   * @param {{ headers?: Record<string, string>, signal?: AbortSignal | undefined }} [_options]
   * @returns {Promise<Response>}
   */
  _read(_path, _options) {
    throw new Error('The client makes the calls');
  }

  /**
   * Accounts by username. The server answers a plain list, and in a header where it goes on.
   * @param {QueryOf<'listUsers'>} [page]
   */
  async listUsers(page = {}) {
    const { json, next } = await this._answer('GET', `/users${query(page)}`);
    return { items: json, next_cursor: next };
  }

  /** @param {string} username */
  getUser(username) {
    return this.call('GET', `/users/${encodeURIComponent(username)}`);
  }

  /**
   * Public rooms and the caller's private ones; `member` for those of the caller only, `q` for words of the name.
   * @param {QueryOf<'listRooms'>} [page]
   */
  listRooms({ limit = 200, ...page } = {}) {
    return this.call('GET', `/rooms${query({ limit, ...page })}`);
  }

  /** @param {number} roomId */
  getRoom(roomId) {
    return this.call('GET', `/rooms/${roomId}`);
  }

  /** @param {string} name */
  findRoom(name) {
    return this.call('GET', `/rooms/by-name/${encodeURIComponent(name)}`);
  }

  /**
   * @param {string} name
   * @param {boolean} [isPrivate]
   */
  createRoom(name, isPrivate = false) {
    return this.call('POST', '/rooms', { name, is_private: isPrivate });
  }

  /**
   * @param {number} roomId
   * @param {{ name?: string, is_private?: boolean }} change
   */
  updateRoom(roomId, change) {
    return this.call('PATCH', `/rooms/${roomId}`, change);
  }

  /** @param {number} roomId */
  deleteRoom(roomId) {
    return this.call('DELETE', `/rooms/${roomId}`);
  }

  /**
   * Says how far the signed-in user has read, for all of their devices.
   * @param {number} roomId
   * @param {number} seq
   */
  markRead(roomId, seq) {
    return this.call('PUT', `/rooms/${roomId}/read`, { seq });
  }

  /**
   * The room between the signed-in user and another one, made when there is none.
   * @param {string} username
   */
  openDirect(username) {
    return this.call('POST', '/direct', { username });
  }

  /**
   * Becomes a member, without entering the live room.
   * @param {number} roomId
   */
  joinRoom(roomId) {
    return this.call('POST', `/rooms/${roomId}/join`);
  }

  /**
   * Ends the membership, on all of the user's sockets.
   * @param {number} roomId
   */
  leaveRoom(roomId) {
    return this.call('DELETE', `/rooms/${roomId}/leave`);
  }

  /**
   * Who is in the room now, on any node.
   * @param {number} roomId
   * @param {QueryOf<'getPresence'>} [page]
   */
  getPresence(roomId, page = {}) {
    return this.call('GET', `/rooms/${roomId}/presence${query(page)}`);
  }

  /**
   * @param {number} roomId
   * @param {QueryOf<'listMembers'>} [page]
   */
  listMembers(roomId, page = {}) {
    return this.call('GET', `/rooms/${roomId}/members${query(page)}`);
  }

  /**
   * @param {number} roomId
   * @param {string} username
   */
  addMember(roomId, username) {
    return this.call('POST', `/rooms/${roomId}/members`, { username });
  }

  /**
   * @param {number} roomId
   * @param {number} userId
   */
  removeMember(roomId, userId) {
    return this.call('DELETE', `/rooms/${roomId}/members/${userId}`);
  }

  /**
   * A ban and a mute may have a reason, and an end (RFC 3339) at which they are lifted by themselves.
   * @param {number} roomId
   * @param {number} userId
   * @param {'moderator' | 'ban' | 'mute'} mark
   * @param {boolean} enabled
   * @param {{ reason?: string, until?: string }} [why]
   */
  setMember(roomId, userId, mark, enabled, { reason, until } = {}) {
    return this.call('POST', `/rooms/${roomId}/members/${userId}/${mark}`, { enabled, reason, until });
  }

  /**
   * Who did what in the room; for its moderators.
   * @param {number} roomId
   * @param {QueryOf<'listRoomAudit'>} [page]
   */
  listRoomAudit(roomId, page = {}) {
    return this.call('GET', `/rooms/${roomId}/audit${query(page)}`);
  }

  /**
   * The webhooks of the room; for its moderators.
   * @param {number} roomId
   */
  webhooks(roomId) {
    return new WebhookCalls((method, path, body) => this.call(method, path, body), `/rooms/${roomId}/webhooks`);
  }

  /**
   * The events of a room as a socket in it gets them, without a socket and without being there: first `joined` and
   * `history`, then each as it happens, until the server ends the stream or nobody reads on. Begin the next one with the
   * last `id` as `lastEventId`, and nothing is missed.
   * @param {number} roomId
   * @param {QueryOf<'streamEvents'> & { lastEventId?: string | null, signal?: AbortSignal }} [from]
   */
  async *streamEvents(roomId, { lastEventId, signal, ...position } = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'text/event-stream' };
    if (lastEventId) headers['Last-Event-ID'] = lastEventId;
    yield* eventsOf(await this._read(`/rooms/${roomId}/events${query(position)}`, { headers, signal }));
  }

  /**
   * Messages, the newest page first, chronological within it.
   * @param {number} roomId
   * @param {QueryOf<'listMessages'>} [page]
   */
  listMessages(roomId, page = {}) {
    return this.call('GET', `/rooms/${roomId}/messages${query(page)}`);
  }

  /**
   * @param {number} roomId
   * @param {number} messageId
   */
  getMessage(roomId, messageId) {
    return this.call('GET', `/rooms/${roomId}/messages/${messageId}`);
  }

  /**
   * Messages by their words, of all rooms that one may read, the newest first. `highlight` is HTML.
   * @param {string} q
   * @param {Omit<QueryOf<'searchMessages'>, 'q'>} [page]
   */
  searchMessages(q, page = {}) {
    return this.call('GET', `/search${query({ q, ...page })}`);
  }

  /**
   * Says something without being in the live room; the same `clientId` never says it twice.
   * @param {number} roomId
   * @param {string} content
   * @param {{ clientId?: string, replyTo?: number }} [options]
   */
  postMessage(roomId, content, { clientId, replyTo } = {}) {
    return this.call('POST', `/rooms/${roomId}/messages`, { content, client_id: clientId, reply_to: replyTo });
  }

  /**
   * @param {number} roomId
   * @param {number} messageId
   * @param {string} content
   */
  editMessage(roomId, messageId, content) {
    return this.call('PATCH', `/rooms/${roomId}/messages/${messageId}`, { content });
  }

  /**
   * @param {number} roomId
   * @param {number} messageId
   */
  deleteMessage(roomId, messageId) {
    return this.call('DELETE', `/rooms/${roomId}/messages/${messageId}`);
  }
}
