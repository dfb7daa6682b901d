/** A program against fastroom.d.ts as somebody else would write it, with every export and under every strict rule. */
import {
  browserStore,
  FastRoom,
  FastRoomError,
  memoryStore,
  paginate,
  Room,
  type AccountJson,
  type AuditEntryJson,
  type ConnectionState,
  type CreatedKeyJson,
  type Events,
  type FieldError,
  type GoneReason,
  type Identity,
  type Member,
  type MemberJson,
  type Message,
  type MessageJson,
  type Options,
  type Page,
  type RoomJson,
  type SessionJson,
  type TokenPair,
  type TokenStore,
  type UserJson,
} from '../../../main/resources/web/fastroom.js';

const pair: TokenPair | null = memoryStore().read();
const store: TokenStore = pair ? memoryStore(pair) : browserStore('chat:alice');
const options: Options = { url: 'http://localhost:8000', store, maxMessages: 100, random: () => 0.5 };
const client = new FastRoom(options);

export async function converse(): Promise<void> {
  const user: UserJson = await client.register({ username: 'alice', password: 'correct horse', fullName: 'Alice' });
  await client.signIn(user.username, 'correct horse');
  const me: Identity | null = client.me;
  const stop = client.on('message', ({ room, message, live }) => show(room, message, live));
  const state: ConnectionState = client.state;
  const page: Page<RoomJson> = await client.listRooms({ limit: 10, order: 'asc' });
  const found: RoomJson = page.items[0] ?? (await client.createRoom('general', true));
  client.connect();
  const room: Room = await client.join(found.name).ready;
  const sent: Message = room.send(`hello, ${me?.username ?? state.phase}`);
  const members: ReadonlyMap<number, Member> = await room.loadMembers();
  const member: MemberJson = await client.setMember(found.id, [...members.keys()][0] ?? 0, 'mute', true);
  const edited: MessageJson = await client.editMessage(found.id, sent.id ?? 0, member.username);
  const nothing: null = await client.deleteMessage(found.id, edited.id);
  const health = await client.call<{ status: string }>('GET', '/health');
  room.typed();
  room.stoppedTyping();
  if (await room.loadOlder()) room.trim();
  client.leave(room);
  stop();
  await client.signOut();
  client.close();
  console.log(nothing, health.status);
}

export async function administrate(): Promise<void> {
  const account: AccountJson = await client.account.update({ full_name: null });
  const sessions: SessionJson[] = await client.account.listSessions();
  for (const { id, current } of sessions) if (!current) await client.account.endSession(id);
  const key: CreatedKeyJson = await client.account.createKey({ name: 'nightly', scopes: ['read', 'moderate'] });
  for await (const user of paginate((cursor) => client.admin.listUsers({ role: 'user', cursor }))) {
    if (user.is_bot) await client.admin.updateUser(user.id, { disabled: true });
  }
  const audit: AuditEntryJson[] = (await client.listRoomAudit(7, { limit: 10 })).items;
  const why = { reason: 'Spam', until: new Date(Date.now() + 60_000).toISOString() };
  await client.setMember(7, 8, 'ban', true, why);
  console.log(account.role, key.key, audit[0]?.actor?.username, audit[0]?.target.kind);
}

export const bot = new FastRoom({ token: 'frk_key' });
export const guest = new FastRoom({ token: async (refused) => (refused === null ? 'kept' : 'another') });

function show(room: Room, message: Message, live: boolean): void {
  const position: [number | null, string | null] = [room.seq, room.ts];
  const people: string = room.partial ? `${room.count} people` : [...room.present].join();
  console.log(room.name, message.text, message.editedAt, live, position, people, room.typing, room.me?.isMuted);
  if (message.state === 'failed' && message.clientId) room.retry(message.clientId);
}

export function problem(error: unknown): string {
  if (!(error instanceof FastRoomError)) return String(error);
  const fields: FieldError[] = error.errors;
  return `${error.status} ${error.code} ${fields.map((f) => f.pointer ?? f.parameter).join()} ${error.retryAfter}`;
}

export const on = <T extends keyof Events>(type: T, listener: (event: Events[T]) => void) => client.on(type, listener);
export const reasonOf = ({ reason }: Events['gone']): GoneReason => reason;

// @ts-expect-error A function that may have no token says so by failing.
export const nobody = new FastRoom({ token: () => undefined });
// @ts-expect-error A room comes from `join`.
export const made = new Room();
// @ts-expect-error There is no such scope.
client.account.createKey({ name: 'all', scopes: ['everything'] });
// @ts-expect-error There is no such filter.
client.admin.listUsers({ enabled: true });
// @ts-expect-error There is no such event.
client.on('mesage', () => {});
// @ts-expect-error The state is the client's.
client.state = { phase: 'online', retryAt: null, code: null, attempt: 0 };
// @ts-expect-error A message is never changed in place.
export const change = (message: Message) => (message.text = 'other');
