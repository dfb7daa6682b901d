/** The FastRoom client. Times are RFC 3339 strings of the server's clock unless a name says ms. */
import type { components, operations } from './fastroom/api.js';

type Schemas = components['schemas'];
/** What the query of an operation may say; what is undefined it does not, also for `exactOptionalPropertyTypes`. */
type Query<T extends keyof operations> = OrUndefined<NonNullable<operations[T]['parameters']['query']>>;
type OrUndefined<T> = { [K in keyof T]: T[K] | undefined };

export interface TokenPair {
  access_token: string;
  refresh_token: string;
  /** ms since the epoch, by this machine's clock */
  expires_at: number;
}

/** Where the token pair is kept. */
export interface TokenStore {
  /** Names the lock that tabs share while one of them refreshes; null when no one else has the pair. */
  readonly key: string | null;
  read(): TokenPair | null;
  write(pair: TokenPair | null): void;
  /** Calls the listener when someone else has written. */
  watch(listener: () => void): void;
  /** Runs the action, of at most 20 s, while nobody else who has the pair runs one; default: Web Locks by `key`. */
  exclusive?<T>(action: () => Promise<T>): Promise<T>;
}

export function memoryStore(pair?: TokenPair | null): TokenStore;
export function browserStore(key: string): TokenStore;

export interface Options {
  /** The server's origin; default: the page's own. */
  url?: string;
  /** Default: `memoryStore()`. */
  store?: TokenStore;
  /**
   * In place of a session of its own: a key, or a function that answers a token of an identity provider, at first, before it
   * expires, and when the server has refused it (`refused` is that one then). The client neither signs in nor registers, and
   * takes no `store`. A function that fails is asked again later. Two refusals in a row, of the same token or another, end the
   * client (`signedout`).
   */
  token?: string | ((refused: string | null) => string | Promise<string>);
  /** Messages kept per room while nobody reads further back; default 500. */
  maxMessages?: number;
  /** Default: the global ones of browsers and Node 22. */
  WebSocket?: typeof WebSocket;
  fetch?: typeof fetch;
  random?: () => number;
}

export interface Identity {
  id: number;
  username: string;
}

export interface ConnectionState {
  phase: 'offline' | 'connecting' | 'online' | 'waiting';
  /** ms since the epoch; null unless waiting */
  retryAt: number | null;
  /** The close code that led here, null when there was none. */
  code: number | null;
  /** Failures in a row. */
  attempt: number;
}

/** The beginning of a message that another one replies to. */
export interface Quote {
  readonly id: number;
  /** Null when the message is no more. */
  readonly user: string | null;
  readonly text: string;
  readonly deleted: boolean;
}

export interface Reaction {
  readonly emoji: string;
  readonly count: number;
  /** Whether one of them is yours. */
  readonly me: boolean;
}

export interface LastMessage {
  readonly id: number | null;
  readonly user: string;
  readonly text: string;
  readonly ts: string;
}

/** A room of the user in `client.list`; a new object at each change. */
export interface ListedRoom {
  readonly id: number;
  readonly name: string;
  /** `direct`: between two people. */
  readonly kind: 'room' | 'direct';
  readonly isPrivate: boolean;
  /** The last event. */
  readonly seq: number;
  readonly readSeq: number;
  /** Messages of others that were not read, up to 99. */
  readonly unread: number;
  /** How many of them mention you. */
  readonly mentions: number;
  readonly last: LastMessage | null;
}

export interface Message {
  /** The same before and after the message is committed. */
  readonly key: string;
  /** Null until committed. */
  readonly id: number | null;
  readonly clientId: string | null;
  readonly seq: number | null;
  readonly user: string;
  readonly userId: number | null;
  /** Plain text: put it into textContent, never into innerHTML. */
  readonly text: string;
  readonly ts: string;
  readonly editedAt: string | null;
  /** What it replies to, as that is now. */
  readonly replyTo: Quote | null;
  /** The names of the members it mentions. */
  readonly mentions: readonly string[];
  readonly reactions: readonly Reaction[];
  readonly state: 'sending' | 'sent' | 'failed';
  /** Why it failed. */
  readonly error: { code: string; message: string } | null;
}

export interface Member {
  userId: number;
  username: string;
  isMember: boolean;
  isModerator: boolean;
  isBanned: boolean;
  isMuted: boolean;
  joinedAt: string | null;
  /** Why they are banned or muted, and until when, as far as an event has told since the room was entered. */
  reason: string | null;
  until: string | null;
}

/**
 * Why a room is gone: `left` (or removed), `banned`, `deleted`, `signed_out`, `joined_already` (it is one of `rooms` under
 * the name that it had before), or the code of the error that answered the join (`room_not_found`, `too_many_rooms`, …).
 */
export type GoneReason =
  | 'left'
  | 'banned'
  | 'deleted'
  | 'signed_out'
  | 'joined_already'
  | 'room_not_found'
  | 'too_many_rooms'
  | (string & {});

export class Room {
  private constructor();
  /** Null until first joined; a room is its id, its name may change. */
  readonly id: number | null;
  readonly name: string;
  /** Null until the list of rooms or an event has told; you may set it. */
  isPrivate: boolean | null;
  readonly state: 'joining' | 'live' | 'waiting' | 'gone';
  readonly reason: GoneReason | null;
  /** The last event seen and its time: the position behind which the next resume starts. */
  readonly seq: number | null;
  /** Null also when the server did not tell it. */
  readonly ts: string | null;
  readonly messages: readonly Message[];
  /** Own messages not yet committed: sending or failed. */
  readonly pending: readonly Message[];
  /** Whether older messages than messages[0] exist. */
  readonly hasMore: boolean;
  /** Whether newer messages than the last of them exist: after `goTo`, until one has read on to the end, or `trim`. */
  readonly hasNewer: boolean;
  /** Names of those who are here now, on any node; the first 500 when `partial`. */
  readonly present: ReadonlySet<string>;
  /** How many are here. */
  readonly count: number;
  /** Whether more are here than `present` names. */
  readonly partial: boolean;
  /** By user id; complete after `loadMembers`, and read again by itself when the room starts over. */
  readonly members: ReadonlyMap<number, Member>;
  readonly me: Member | undefined;
  readonly typing: readonly string[];
  /** Resolves at the first join, rejects with a FastRoomError whose `code` is the reason. */
  readonly ready: Promise<Room>;
  /**
   * Queues 1 to 4,000 characters; it is sent again until the server has answered, and never doubled. Throws a FastRoomError
   * (`unauthorized`) when signed out.
   */
  send(text: string, options?: { replyTo?: number | null }): Message;
  /** Sets or takes back your reaction: one emoji, or a `:name:`. */
  react(messageId: number, emoji: string, on?: boolean): Promise<void>;
  /** Tells the server, and your other connections, how far you have read; default: all that was seen. */
  markRead(seq?: number | null): void;
  /** Sends a failed message again, under the same clientId. */
  retry(clientId: string): void;
  /** Forgets a failed message. */
  discard(clientId: string): void;
  /** Call it at every key press. */
  typed(): void;
  stoppedTyping(): void;
  /** One page of older messages; false when none came. They stay in memory until `trim`. */
  loadOlder(): Promise<boolean>;
  /** One page of newer messages while `hasNewer`; false when none came. */
  loadNewer(): Promise<boolean>;
  /** Shows the messages around one, wherever it stands; false when there is no such message. */
  goTo(messageId: number): Promise<boolean>;
  /** The id of the first message after an event, for example after what was read; null when there is none. */
  firstAfter(seq: number): Promise<number | null>;
  /** Ends the reading of older messages: the newest are shown, `maxMessages` at most. */
  trim(): void;
  loadMembers(): Promise<ReadonlyMap<number, Member>>;
}

export interface Events {
  /** The connection. */
  state: ConnectionState;
  /** State, name or privacy of a room. */
  room: { room: Room };
  /** You are no longer in the room; it is not in `rooms` any more. */
  gone: { room: Room; reason: GoneReason };
  /**
   * A new message; one's own twice, with the same `key`: while it is `sending`, and when it is `sent`. `live` is false for
   * what a resume brings.
   */
  message: { room: Room; message: Message; live: boolean };
  /** A message was edited, failed or is sent again; it is a new object with the same `key`. */
  change: { room: Room; message: Message };
  /** A message was deleted, or discarded. */
  remove: { room: Room; message: Message };
  /**
   * The list as a whole: `resumed`, `older` (or other) messages came, it was `trimmed`, or `reset`: the room has started
   * over, because its log reaches back no further, or is another one since (a restore, a failover). What was shown before may
   * not exist any more.
   */
  history: { room: Room; kind: 'reset' | 'resumed' | 'older' | 'trimmed' };
  presence: { room: Room; join: string[]; leave: string[] };
  typing: { room: Room; users: readonly string[] };
  /** What someone is in the room has changed. */
  member: { room: Room; member: Member };
  /** `members` is complete. */
  members: { room: Room };
  /** A line such as "alice joined". */
  system: { room: Room; text: string };
  /** `client.list` has changed. */
  list: undefined;
  /** Somebody has mentioned you, in any of your rooms, while they are watched. */
  mention: { roomId: number; name: string; message: LastMessage | null };
  /** You have read a room, here or elsewhere. */
  read: { roomId: number; seq: number };
  /** An error nobody waits for, by the server's closed list of codes. */
  fault: { code: string; message: string; room: Room | null };
  /** The session is over: signed out, here or elsewhere. */
  signedout: undefined;
}

/* Bodies of REST, named as openapi.yaml names them: fastroom/api.d.ts is made from it. */
export type UserJson = Schemas['User'];
export type AccountJson = Schemas['Account'];
export type SessionJson = Schemas['Session'];
export type Scope = Schemas['Scope'];
export type KeyJson = Schemas['Key'];
export type WebhookJson = Schemas['Webhook'];
/** A new key; `key` is told this once. */
export type CreatedKeyJson = Schemas['CreatedKey'];
export type RoomJson = Schemas['Room'];
export type AdminRoomJson = Schemas['AdminRoom'];
export type MemberJson = Schemas['Member'];
export type MessageJson = Schemas['Message'];
export type FoundMessageJson = Schemas['FoundMessage'];
export type ChatJson = Schemas['Chat'];
export type PresenceJson = Schemas['Presence'];
export type InviteJson = Schemas['Invite'];
export type AuditEntryJson = Schemas['AuditEntry'];

/** A part of a list. `next_cursor` is for the `cursor` of the next call, whose cost does not grow with the depth. */
export interface CursorPage<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Page<T> extends CursorPage<T> {
  total: number;
  limit: number;
  offset: number;
  has_more: boolean;
  next_offset: number | null;
}

/** All entries of a list, read page by page: `for await (const room of paginate((cursor) => client.listRooms({ cursor })))` */
export function paginate<T>(
  read: (cursor: string | undefined) => Promise<CursorPage<T>>,
): AsyncGenerator<T, void, void>;

/** What a stream of events brings. */
export interface StreamedEvent {
  /** The position after it, to begin the next stream with; null where there is none, as of an error. */
  id: string | null;
  /** The JSON that a socket gets; the server's `/docs` has the fields of each type. */
  data: { type: string; [field: string]: unknown };
}

/** `client.account`: the caller's own account. */
export interface AccountCalls {
  get(): Promise<AccountJson>;
  /** Null clears a field. */
  update(change: Schemas['AccountChange']): Promise<AccountJson>;
  /** Sends another letter with the link by which the e-mail is verified. */
  sendVerification(): Promise<null>;
  /** Ends all other logins. */
  changePassword(current: string, next: string): Promise<null>;
  /** Messages stay, without the name. An account without a password is deleted with `confirm`, its username. */
  delete(proof: Schemas['AccountDeletion']): Promise<null>;
  /** Everything that is kept about the caller. */
  export(): Promise<Schemas['Export']>;
  listSessions(): Promise<SessionJson[]>;
  endSession(sessionId: number): Promise<null>;
  /** Signs out everywhere but here. */
  endOtherSessions(): Promise<null>;
  listKeys(): Promise<KeyJson[]>;
  createKey(key: Schemas['NewKey']): Promise<CreatedKeyJson>;
  deleteKey(keyId: number): Promise<null>;
}

/** `client.admin`: what administrators do; others get a FastRoomError with the code `not_admin`. */
export interface AdminCalls {
  listUsers(page?: Query<'listAccounts'>): Promise<CursorPage<AccountJson>>;
  createUser(account: Schemas['NewAccount']): Promise<AccountJson>;
  /** Disabling ends logins and sockets at once. */
  updateUser(userId: number, change: Schemas['AccountAdministration']): Promise<AccountJson>;
  deleteUser(userId: number): Promise<null>;
  listKeys(botId: number): Promise<KeyJson[]>;
  createKey(botId: number, key: Schemas['NewKey']): Promise<CreatedKeyJson>;
  deleteKey(botId: number, keyId: number): Promise<null>;
  listRooms(page?: Query<'listAllRooms'>): Promise<CursorPage<AdminRoomJson>>;
  updateRoom(roomId: number, change: Schemas['AdminRoomChange']): Promise<AdminRoomJson>;
  deleteRoom(roomId: number): Promise<null>;
  /** Makes the user a member and moderator. */
  addModerator(roomId: number, username: string): Promise<MemberJson>;
  listInvites(page?: Query<'listInvites'>): Promise<CursorPage<InviteJson>>;
  createInvite(invite?: Schemas['NewInvite']): Promise<InviteJson>;
  deleteInvite(inviteId: number): Promise<null>;
  listAudit(page?: Query<'listAudit'>): Promise<CursorPage<AuditEntryJson>>;
  readonly webhooks: WebhookCalls<Schemas['GlobalReplay']>;
}

/** `client.webhooks(roomId)`, and `client.admin.webhooks` for all rooms. */
export interface WebhookCalls<Replay = Schemas['Replay']> {
  list(): Promise<WebhookJson[]>;
  /** The answer has the `secret`, which is shown this once. */
  create(webhook: Schemas['NewWebhook']): Promise<Schemas['CreatedWebhook']>;
  get(webhookId: number): Promise<WebhookJson>;
  /** `state: 'active'` begins the tries anew. */
  update(webhookId: number, change: Schemas['WebhookChange']): Promise<WebhookJson>;
  delete(webhookId: number): Promise<null>;
  /** Sends the event at `seq` and all after it again. */
  replay(webhookId: number, from: Replay): Promise<WebhookJson>;
}

export class FastRoom {
  constructor(options?: Options);
  readonly state: ConnectionState;
  /** Null when signed out; with `token` known from the first connection or call on, as far as the key may read. */
  readonly me: Identity | null;
  readonly rooms: readonly Room[];
  /** All your rooms by id, with what is new in them; null until `watch` was answered. */
  readonly list: ReadonlyMap<number, ListedRoom> | null;
  /** Keeps `list` up to date, without being in any room. */
  watch(): void;
  /** How far a room was read, here or elsewhere; null while unknown. */
  readSeq(roomId: number | null): number | null;
  /** The returned function ends the listening. */
  on<T extends keyof Events>(type: T, listener: (event: Events[T]) => void): () => void;

  /** Makes an account; does not sign in. */
  register(account: {
    username: string;
    password: string;
    email?: string;
    fullName?: string;
    /** The code of an administrator, where registration takes one. */
    invite?: string;
  }): Promise<UserJson>;
  signIn(username: string, password: string): Promise<void>;
  /** Ends the session on the server, too; a `token` that was given stays good there. */
  signOut(): Promise<void>;

  connect(): void;
  close(): void;
  retryNow(): void;
  /** The same Room for the same name. */
  join(name: string): Room;
  /** Leaves the live room; the membership stays. */
  leave(room: Room): void;

  /** Any REST call. */
  call<T = unknown>(method: string, path: string, body?: object): Promise<T>;
  readonly account: AccountCalls;
  readonly admin: AdminCalls;
  /** Whether the server answers. */
  getHealth(): Promise<Schemas['Health']>;
  /** Asks for a letter with a link to choose a new password; the answer is the same where no account has the address. */
  forgotPassword(email: string): Promise<null>;
  /** `token` is of the letter's link. Every login of the account ends. */
  resetPassword(token: string, password: string): Promise<null>;
  /** `token` is of the letter's link. */
  verifyEmail(token: string): Promise<null>;
  listUsers(page?: Query<'listUsers'>): Promise<CursorPage<UserJson>>;
  getUser(username: string): Promise<UserJson>;
  /** Public rooms and the caller's private ones; `member` for the caller's only, `q` for words of the name. */
  listRooms(page?: Query<'listRooms'>): Promise<Page<RoomJson>>;
  getRoom(roomId: number): Promise<RoomJson>;
  findRoom(name: string): Promise<RoomJson>;
  createRoom(name: string, isPrivate?: boolean): Promise<RoomJson>;
  updateRoom(roomId: number, change: Schemas['RoomChange']): Promise<RoomJson>;
  deleteRoom(roomId: number): Promise<null>;
  /** Becomes a member, without entering the live room. */
  joinRoom(roomId: number): Promise<MemberJson>;
  markRead(roomId: number, seq: number): Promise<Schemas['MarkedRead']>;
  openDirect(username: string): Promise<RoomJson>;
  leaveRoom(roomId: number): Promise<null>;
  getPresence(roomId: number, page?: Query<'getPresence'>): Promise<PresenceJson>;
  listMembers(roomId: number, page?: Query<'listMembers'>): Promise<Page<MemberJson>>;
  addMember(roomId: number, username: string): Promise<MemberJson>;
  removeMember(roomId: number, userId: number): Promise<null>;
  /** A ban and a mute may have a reason, and an end (RFC 3339) at which they are lifted by themselves. */
  setMember(
    roomId: number,
    userId: number,
    mark: 'moderator' | 'ban' | 'mute',
    enabled: boolean,
    why?: { reason?: string; until?: string },
  ): Promise<MemberJson>;
  /** Of a room, for its moderators. */
  webhooks(roomId: number): WebhookCalls;
  /** Who did what in the room; for its moderators. */
  listRoomAudit(roomId: number, page?: Query<'listRoomAudit'>): Promise<CursorPage<AuditEntryJson>>;
  /**
   * The events of a room as a socket in it gets them, without being there: first `joined` and `history`, then each as it
   * happens, until the server ends the stream, it breaks off or is silent for 45 s (`unreachable`), or nobody reads on. With the
   * last `id` as `lastEventId` the next one misses nothing.
   */
  streamEvents(
    roomId: number,
    from?: Query<'streamEvents'> & { lastEventId?: string | null | undefined; signal?: AbortSignal | undefined },
  ): AsyncGenerator<StreamedEvent, void, void>;
  /** The newest page first, chronological within it. */
  listMessages(roomId: number, page?: Query<'listMessages'>): Promise<Page<MessageJson>>;
  /** Of all rooms that one may read, the newest first; `highlight` is HTML. */
  searchMessages(q: string, page?: Omit<Query<'searchMessages'>, 'q'>): Promise<Schemas['FoundPage']>;
  getMessage(roomId: number, messageId: number): Promise<MessageJson>;
  /** Says something without being in the live room; the same `clientId` never says it twice. */
  postMessage(roomId: number, content: string, options?: { clientId?: string; replyTo?: number }): Promise<ChatJson>;
  editMessage(roomId: number, messageId: number, content: string): Promise<MessageJson>;
  deleteMessage(roomId: number, messageId: number): Promise<null>;
}

/** What is wrong with which field. */
export interface FieldError {
  pointer?: string;
  parameter?: string;
  detail: string;
}

export class FastRoomError extends Error {
  private constructor();
  /** The HTTP status; 0 when there was none. */
  status: number;
  /** The server's code of the error, `unreachable`, or null. */
  code: string | null;
  errors: FieldError[];
  /** Seconds. */
  retryAfter: number | null;
}
