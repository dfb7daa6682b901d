/** What openapi.yaml says of each operation is what its method answers, and no operation is without one. */
import type { AccountCalls, AdminCalls, FastRoom, WebhookCalls } from '../../../main/resources/web/fastroom.js';
import type { operations } from '../../../main/resources/web/fastroom/api.js';

/** Signing in and out, which the session keeps to itself; a list that goes on in a header; and a stream. */
type Otherwise = 'createToken' | 'refreshToken' | 'logout' | 'listUsers' | 'streamEvents';

interface Methods {
  registerUser: FastRoom['register'];
  getHealth: FastRoom['getHealth'];
  forgotPassword: FastRoom['forgotPassword'];
  resetPassword: FastRoom['resetPassword'];
  verifyEmail: FastRoom['verifyEmail'];
  getCurrentUser: AccountCalls['get'];
  updateCurrentUser: AccountCalls['update'];
  deleteCurrentUser: AccountCalls['delete'];
  changePassword: AccountCalls['changePassword'];
  requestEmailVerification: AccountCalls['sendVerification'];
  exportCurrentUser: AccountCalls['export'];
  listSessions: AccountCalls['listSessions'];
  endOtherSessions: AccountCalls['endOtherSessions'];
  endSession: AccountCalls['endSession'];
  listKeys: AccountCalls['listKeys'];
  createKey: AccountCalls['createKey'];
  deleteKey: AccountCalls['deleteKey'];
  getUser: FastRoom['getUser'];
  listRooms: FastRoom['listRooms'];
  createRoom: FastRoom['createRoom'];
  openDirect: FastRoom['openDirect'];
  getRoomByName: FastRoom['findRoom'];
  getRoom: FastRoom['getRoom'];
  updateRoom: FastRoom['updateRoom'];
  deleteRoom: FastRoom['deleteRoom'];
  getPresence: FastRoom['getPresence'];
  joinRoom: FastRoom['joinRoom'];
  leaveRoom: FastRoom['leaveRoom'];
  listMembers: FastRoom['listMembers'];
  addMember: FastRoom['addMember'];
  removeMember: FastRoom['removeMember'];
  toggleModerator: FastRoom['setMember'];
  toggleBan: FastRoom['setMember'];
  toggleMute: FastRoom['setMember'];
  listMessages: FastRoom['listMessages'];
  searchMessages: FastRoom['searchMessages'];
  createMessage: FastRoom['postMessage'];
  markRead: FastRoom['markRead'];
  getMessage: FastRoom['getMessage'];
  updateMessage: FastRoom['editMessage'];
  deleteMessage: FastRoom['deleteMessage'];
  listRoomAudit: FastRoom['listRoomAudit'];
  listAccounts: AdminCalls['listUsers'];
  createAccount: AdminCalls['createUser'];
  updateAccount: AdminCalls['updateUser'];
  deleteAccount: AdminCalls['deleteUser'];
  listBotKeys: AdminCalls['listKeys'];
  createBotKey: AdminCalls['createKey'];
  deleteBotKey: AdminCalls['deleteKey'];
  listAllRooms: AdminCalls['listRooms'];
  updateAnyRoom: AdminCalls['updateRoom'];
  deleteAnyRoom: AdminCalls['deleteRoom'];
  appointModerator: AdminCalls['addModerator'];
  listInvites: AdminCalls['listInvites'];
  createInvite: AdminCalls['createInvite'];
  deleteInvite: AdminCalls['deleteInvite'];
  listWebhooks: WebhookCalls['list'];
  createWebhook: WebhookCalls['create'];
  getWebhook: WebhookCalls['get'];
  updateWebhook: WebhookCalls['update'];
  deleteWebhook: WebhookCalls['delete'];
  replayWebhook: WebhookCalls['replay'];
  listGlobalWebhooks: WebhookCalls['list'];
  createGlobalWebhook: WebhookCalls['create'];
  getGlobalWebhook: WebhookCalls['get'];
  updateGlobalWebhook: WebhookCalls['update'];
  deleteGlobalWebhook: WebhookCalls['delete'];
  replayGlobalWebhook: WebhookCalls['replay'];
  listAudit: AdminCalls['listAudit'];
}

type Responses<T extends keyof operations> = operations[T]['responses'];
type Good<T extends keyof operations> = keyof Responses<T> & (200 | 201 | 202 | 204);
type Json<R> = R extends { content: { 'application/json': infer B } } ? B : null;
type Answer<T extends keyof operations> = { [S in Good<T>]: Json<Responses<T>[S]> }[Good<T>];
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Wrong = {
  [T in keyof Methods]: Same<Awaited<ReturnType<Methods[T]>>, Answer<T>> extends true ? never : T;
}[keyof Methods];
type Nothing<T extends never> = T;

export type AllAgree = [
  Nothing<Exclude<keyof operations, keyof Methods | Otherwise>>,
  Nothing<Exclude<keyof Methods, keyof operations>>,
  Nothing<Wrong>,
];
