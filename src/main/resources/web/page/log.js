/** The messages of the open room, endless upwards. */
import { $, el, keyedList } from './dom.js';
import { makeEditor } from './editor.js';
import { makeEntry } from './entry.js';
import { copyLink } from './links.js';
import { hashOf, isDirect, lastingHashOf, messageOf } from './names.js';
import { attempt, openDialog, toast } from './overlay.js';
import { dayKey, dayOf } from './times.js';

const TOGETHER = 5 * 60_000;
const NEAR = 80;
const AHEAD = 600;
/** Pages that are read to find a message, and the time in which what was read is drawn. */
const FURTHEST = 40;
const DRAWN = 50;

export class Log {
  #app;
  #reply;
  #room = null;
  #list = null;
  /** Whether the newest message is in view; the view then follows. */
  #atEnd = true;
  #newFrom = Infinity;
  #seen = 0;
  #editing = null;
  /** The message that a link has led to. */
  #sought = null;

  constructor(app, reply) {
    [this.#app, this.#reply] = [app, reply];
    $('scroller').onscroll = () => this.#scrolled();
    $('scroller').onkeydown = (e) => this.#key(e);
    $('jump').onclick = () => {
      this.toEnd();
      $('draft').focus();
    };
    new ResizeObserver(() => this.#atEnd && this.#toEnd()).observe($('scroller'));
  }

  show(room) {
    this.#room = room;
    $('messages').replaceChildren();
    this.#list = keyedList($('messages'));
    [this.#atEnd, this.#editing, this.#sought] = [true, null, null];
    this.#newFrom = room && this.#app.unread(room) ? this.#app.readUpTo(room) : Infinity;
  }

  draw() {
    const room = this.#room;
    const keep = this.#atEnd ? null : this.#anchor();
    this.#beginning();
    this.#list(this.#items([...room.messages, ...room.pending]));
    if (keep) $('scroller').scrollTop += keep.node.offsetTop - keep.top;
    else this.#toEnd();
    if (room.state === 'live' && this.#atEnd && document.visibilityState === 'visible' && document.hasFocus()) {
      this.#app.markRead(room);
      this.#seen = room.seq;
    }
    this.#jump();
    if (room.hasMore && $('scroller').scrollTop < AHEAD) this.#room.loadOlder();
  }

  toEnd() {
    this.#atEnd = true;
    [this.#newFrom, this.#sought] = [Infinity, null];
    if (messageOf(location.hash) !== null) history.replaceState(null, '', hashOf(this.#room.name));
    this.#room.trim();
    this.#app.draw();
  }

  /** Edits the newest message of one's own; false when there is none in view. */
  editLast() {
    const mine = this.#room.messages.findLast((m) => m.userId === this.#app.client.me.id);
    if (mine) this.#edit(mine);
    return Boolean(mine);
  }

  #items(messages) {
    const items = [];
    let before = null;
    let marked = false;
    for (const message of messages) {
      const day = dayKey(message.ts);
      if (!before || dayKey(before.ts) !== day) {
        items.push({ key: `day ${day}`, version: [dayOf(message.ts)], make: () => divider('day', dayOf(message.ts)) });
        before = null;
      }
      if (!marked && message.seq > this.#newFrom && message.userId !== this.#app.client.me.id) {
        items.push({ key: 'new', version: [], make: () => divider('new', 'New') });
        [marked, before] = [true, null];
      }
      const first =
        !before || before.user !== message.user || Date.parse(message.ts) - Date.parse(before.ts) > TOGETHER;
      const moderator = this.#room.me?.isModerator ?? false;
      const editing = this.#editing === message.key;
      items.push({
        key: message.key,
        version: [message, first, moderator, editing, message.id !== null && message.id === this.#sought],
        make: (old) => this.#message(message, first, moderator, editing, old),
      });
      before = message;
    }
    return items;
  }

  #message(message, first, moderator, editing, old) {
    const { id, key, clientId, replyTo } = message;
    const room = this.#room;
    return makeEntry(message, {
      me: this.#app.client.me,
      first,
      fresh: !old,
      sought: id !== null && id === this.#sought,
      moderator,
      editor: editing ? this.#editor(message) : null,
      find: () => this.find(replyTo.id),
      react: (emoji, on) => attempt(() => room.react(id, emoji, on)),
      reply: () => this.#reply(message),
      link: () => copyLink(lastingHashOf(room.id, id)),
      edit: () => this.#edit({ key }),
      remove: () => this.#delete(message),
      retry: room.state === 'gone' ? null : () => room.retry(clientId),
      discard: () => room.discard(clientId),
    });
  }

  /** Brings a message into view, and reads back for it as far as it takes, within reason. */
  async find(id) {
    const room = this.#room;
    const has = () => room.messages.some((m) => m.id === id);
    // Why a room is not entered is told elsewhere.
    if (!(await room.ready.catch(() => null)) || this.#room !== room) return;
    [this.#atEnd, this.#sought] = [false, id];
    for (let pages = 0; pages < FURTHEST && !has() && room.messages[0]?.id > id; pages++) {
      if (this.#room !== room || !(await room.loadOlder())) break;
    }
    this.#app.draw();
    setTimeout(() => this.#room === room && this.#show(id), DRAWN);
  }

  #show(id) {
    const at = this.#room.messages.findIndex((m) => m.id === id);
    const node = $('messages').querySelectorAll('.message')[at];
    if (node) {
      node.scrollIntoView({ block: 'center' });
      node.focus({ preventScroll: true });
    } else toast('That message is not here any more, or too far up.');
    // A short room does not scroll: its end is in view all the same.
    this.#scrolled();
  }

  #edit({ key }) {
    this.#editing = key;
    this.#app.draw();
    setTimeout(() => {
      const editor = document.querySelector('.editor textarea');
      editor?.focus();
      editor?.scrollIntoView({ block: 'nearest' });
    }, 20);
  }

  #editor({ id, text }) {
    const close = () => {
      this.#editing = null;
      this.#app.draw();
      $('draft').focus();
    };
    return makeEditor(text, {
      close,
      save: async (next) => {
        const saved = await attempt(() => this.#app.client.editMessage(this.#room.id, id, next));
        if (saved !== undefined) close();
      },
    });
  }

  #delete({ id, user, text }) {
    openDialog({
      title: 'Delete this message?',
      text: `${user}: ${text.length > 200 ? `${text.slice(0, 200)}…` : text}`,
      action: 'Delete',
      danger: true,
      submit: () => this.#app.client.deleteMessage(this.#room.id, id),
    });
  }

  #beginning() {
    const room = this.#room;
    const title = this.#app.titleOf(room.name);
    const state =
      room.state === 'joining' ? 'joining' : room.hasMore ? 'more' : `start ${room.messages.length === 0} ${title}`;
    if ($('beginning').dataset.state === state) return;
    $('beginning').dataset.state = state;
    if (room.hasMore || room.state === 'joining') {
      $('beginning').replaceChildren(el('span', { class: 'spinner', 'aria-hidden': 'true' }));
      return;
    }
    const alone = room.messages.length === 0 && room.pending.length === 0;
    $('beginning').replaceChildren(
      el('h2', {}, alone && !isDirect(room.name) ? `Welcome to ${title}` : title),
      el(
        'p',
        {},
        alone ? 'Nothing has been said here yet. Write the first message.' : 'This is the beginning of the room.',
      ),
      ...(alone && !isDirect(room.name)
        ? [
            el(
              'a',
              { class: 'button', href: `/?new${location.hash}`, target: '_blank', rel: 'noopener' },
              'Open a second window as someone else',
            ),
          ]
        : []),
    );
  }

  /** The first message in view and where it stands, to be put back there after older ones came in above it. */
  #anchor() {
    const top = $('scroller').scrollTop;
    const node = [...$('messages').children].find(
      (child) => child.matches('.message') && child.offsetTop + child.offsetHeight > top,
    );
    return node && { node, top: node.offsetTop };
  }

  #toEnd() {
    $('scroller').scrollTop = $('scroller').scrollHeight;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = $('scroller');
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (atEnd !== this.#atEnd) {
      this.#atEnd = atEnd;
      if (atEnd) this.#room?.trim();
      this.#app.draw();
    }
    if (scrollTop < AHEAD && this.#room?.hasMore) this.#room.loadOlder();
  }

  #jump() {
    this.#seen = Math.min(this.#seen, this.#room.seq ?? 0);
    const fresh = this.#room.messages.filter((m) => m.seq > this.#seen && m.userId !== this.#app.client.me.id).length;
    $('jump').hidden = this.#atEnd;
    $('jump').querySelector('span').textContent = fresh ? `${fresh} new` : 'Latest';
  }

  #key(e) {
    const messages = [...$('messages').querySelectorAll('.message')];
    const at = messages.indexOf(document.activeElement.closest('.message'));
    const to = { ArrowUp: at < 0 ? messages.length - 1 : at - 1, ArrowDown: at + 1, Home: 0, End: messages.length - 1 }[
      e.key
    ];
    if (to === undefined || !messages[to] || e.target.closest('textarea')) return;
    e.preventDefault();
    messages[to].focus();
  }
}

function divider(kind, text) {
  return el('li', { class: `divider ${kind}` }, el('span', {}, text));
}
