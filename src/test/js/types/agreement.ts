/** What fastroom.d.ts declares is what the sources have: nothing is missing, nothing public is undeclared. */
import type * as declared from '../../../main/resources/web/fastroom.js';
import * as client from '../../../main/resources/web/fastroom/client.js';
import * as errors from '../../../main/resources/web/fastroom/errors.js';
import type { Room } from '../../../main/resources/web/fastroom/room.js';
import * as stores from '../../../main/resources/web/fastroom/stores.js';

type Undeclared<Written, Declared> = Exclude<keyof Written, keyof Declared | `_${string}`>;
type Nothing<T extends never> = T;

export const FastRoom: typeof declared.FastRoom = client.FastRoom;
export const FastRoomError: new (message: string) => declared.FastRoomError = errors.FastRoomError;
export const memoryStore: typeof declared.memoryStore = stores.memoryStore;
export const browserStore: typeof declared.browserStore = stores.browserStore;
export const roomOf = (room: Room): declared.Room => room;

export type AllDeclared = [
  Nothing<Undeclared<client.FastRoom, declared.FastRoom>>,
  Nothing<Undeclared<Room, declared.Room>>,
  Nothing<Undeclared<errors.FastRoomError, declared.FastRoomError>>,
];
