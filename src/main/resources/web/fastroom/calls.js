// @ts-check
import { Emitter } from './emitter.js';

/** The REST calls that have names. */
export class Calls extends Emitter {
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

  /** @param {{ limit?: number, offset?: number, order?: 'asc' | 'desc' }} [page] */
  listRooms({ limit = 200, offset = 0, order = 'desc' } = {}) {
    return this.call('GET', `/rooms?limit=${limit}&offset=${offset}&order=${order}`);
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
   * Ends the membership, on all of the user's sockets.
   * @param {number} roomId
   */
  leaveRoom(roomId) {
    return this.call('DELETE', `/rooms/${roomId}/leave`);
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
   * @param {number} roomId
   * @param {number} userId
   * @param {'moderator' | 'ban' | 'mute'} mark
   * @param {boolean} enabled
   */
  setMember(roomId, userId, mark, enabled) {
    return this.call('POST', `/rooms/${roomId}/members/${userId}/${mark}`, { enabled });
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
