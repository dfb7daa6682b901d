/**
 * What the log is made of: messages and the lines between them, as items of a list. Each is the very same object as the
 * last time while nothing of it has changed, and only what comes after the first change is looked at, so that a long log costs by
 * what has changed in it.
 */
import { dayKey, dayOf } from './times.js';

const TOGETHER = 5 * 60_000;

/** How many of the first messages are the same in both. */
function inCommon(some, others) {
  const most = Math.min(some.length, others.length);
  let same = 0;
  while (same < most && some[same] === others[same]) same++;
  return same;
}

export class Rows {
  #make;
  /** By message: its author, when it was said, and its item. */
  #known = new WeakMap();
  /** The last list, and where in it the items of each message begin; of each line, before which message it stands. */
  #last = { messages: [], how: {}, items: [], begins: [], lines: new Map() };

  /** @param make what draws `message(message, how, old)`, and `line(kind, text)` between two of them */
  constructor(make) {
    this.#make = make;
  }

  /** `me` is a user's id, `editing` the key of a message, `sought` an id; what is new for `me` comes after `newFrom`. */
  of(messages, { me, newFrom, moderator, editing, sought }) {
    const last = this.#last;
    // Yesterday begins while a room is open.
    const how = { me, newFrom, moderator, editing, sought, today: dayKey(Date.now()) };
    const same = Object.keys(how).every((name) => how[name] === last.how[name]) ? inCommon(messages, last.messages) : 0;
    const items = last.items.slice(0, last.begins[same] ?? last.items.length);
    const begins = last.begins.slice(0, same);
    const lines = new Map([...last.lines].filter(([, line]) => line.before < same));
    const line = (before, key, kind, text) => {
      // A clock that goes wrong may have the same day twice.
      const unique = lines.has(key) ? `${key} ${lines.size}` : key;
      const old = last.lines.get(unique)?.item;
      const item = old?.version[0] === text ? old : this.#line(unique, kind, text);
      lines.set(unique, { item, before });
      items.push(item);
    };
    let before = same ? this.#knownOf(messages[same - 1]) : null;
    let [day, marked] = [before?.day ?? null, lines.has('new')];
    for (let at = same; at < messages.length; at++) {
      const message = messages[at];
      begins.push(items.length);
      const known = this.#knownOf(message);
      if (known.day !== day) {
        line(at, `day ${known.day}`, 'day', dayOf(message.ts));
        [before, day] = [null, known.day];
      }
      if (!marked && message.seq > newFrom && message.userId !== me) {
        line(at, 'new', 'new', 'New');
        [before, marked] = [null, true];
      }
      const first = !before || before.user !== known.user || known.at - before.at > TOGETHER;
      const isSought = message.id !== null && message.id === sought;
      items.push(this.#item(known, message, [message, first, moderator, editing === message.key, isSought]));
      before = known;
    }
    this.#last = { messages: [...messages], how, items, begins, lines };
    return items;
  }

  #knownOf(message) {
    let known = this.#known.get(message);
    if (!known) {
      known = { user: message.user, day: dayKey(message.ts), at: Date.parse(message.ts), item: null };
      this.#known.set(message, known);
    }
    return known;
  }

  #item(known, message, version) {
    if (known.item && version.every((value, at) => value === known.item.version[at])) return known.item;
    const [, first, moderator, editing, sought] = version;
    const make = (old) => this.#make.message(message, { first, moderator, editing, sought }, old);
    return (known.item = { key: message.key, version, make });
  }

  #line(key, kind, text) {
    return { key, version: [text], make: () => this.#make.line(kind, text) };
  }
}
