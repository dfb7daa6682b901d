/** The messages of the open room, endless upwards. */
import { showBeginning } from './beginning.js';
import { $, el, keyedList, setText } from './dom.js';
import { makeEditor } from './editor.js';
import { makeEntry, offerTools } from './entry.js';
import { copyLink } from './links.js';
import { hashOf, lastingHashOf, messageOf } from './names.js';
import { attempt, openDialog, toast } from './overlay.js';
import { Reactions } from './reactions.js';
import { Rows } from './rows.js';
import { firstBelow, Stretches, topOf } from './stretches.js';

const NEAR = 80;
const AHEAD = 600;
/** The time in which what was read is drawn. */
const DRAWN = 50;

export class Log {
  #app;
  #reply;
  #reactions;
  #room = null;
  #rows = null;
  #list = null;
  #stretches = null;
  #width = 0;
  /** Whether the newest message is in view; the view then follows. */
  #atEnd = true;
  /** What was read when the room was opened, Infinity when all of it; null until it is known. */
  #newFrom = null;
  /** The line above what is new, and whether it has been in view. */
  #newLine = null;
  #newSeen = false;
  #seen = 0;
  /** The last event of which a message was drawn, Infinity before any was. */
  #drawn = Infinity;
  /** The message that is edited, by its key, and the field for it: { key, field }. */
  #editing = null;
  /** The message that a link has led to. */
  #sought = null;

  constructor(app, reply) {
    [this.#app, this.#reply, this.#reactions] = [app, reply, new Reactions(app.client.me.username)];
    $('scroller').onscroll = () => this.#scrolled();
    $('scroller').onkeydown = (e) => this.#key(e);
    $('jump').onclick = () => {
      this.toEnd();
      $('draft').focus();
    };
    $('jump-new').onclick = () => attempt(() => this.#findNew());
    // Moves, not passages: what is scrolled past under a resting pointer needs no buttons.
    $('messages').onpointermove = offerTools;
    $('messages').addEventListener('focusin', offerTools);
    $('messages').addEventListener('animationend', ({ target }) => target.classList.remove('appears'));
    new ResizeObserver(() => this.#resized()).observe($('scroller'));
  }

  show(room) {
    this.#room = room;
    $('messages').replaceChildren();
    this.#stretches = new Stretches($('messages'));
    this.#list = keyedList($('messages'), this.#stretches);
    this.#rows = new Rows({ message: (...its) => this.#message(...its), line: (...its) => this.#line(...its) });
    [this.#atEnd, this.#editing, this.#sought] = [true, null, null];
    [this.#newFrom, this.#newLine, this.#newSeen, this.#drawn] = [null, null, false, Infinity];
    if (room?.hasNewer) room.trim();
    if (room) this.#mark();
  }

  /** Remembers where what is new begins, before it is marked as read: as soon as the list of rooms is there. */
  #mark() {
    if (this.#newFrom !== null || !this.#app.client.list) return;
    this.#newFrom = this.#app.unread(this.#room) ? this.#app.readUpTo(this.#room) : Infinity;
  }

  draw() {
    const room = this.#room;
    const keep = this.#atEnd ? null : this.#anchor();
    const writing = this.#editing?.field?.contains(document.activeElement) ? document.activeElement : null;
    this.#mark();
    showBeginning(room, this.#app.titleOf(room.name));
    this.#list(this.#items(room.hasNewer ? room.messages : [...room.messages, ...room.pending]));
    this.#drawn = room.messages.at(-1)?.seq ?? 0;
    // A message that changes is drawn anew, what somebody writes in it stays.
    if (writing && writing !== document.activeElement) writing.focus({ preventScroll: true });
    if (keep?.node.isConnected) $('scroller').scrollTop += topOf(keep.node) - keep.top;
    else if (this.#atEnd) this.#toEnd();
    const looking = document.visibilityState === 'visible' && document.hasFocus();
    if (room.state === 'live' && this.#atEnd && this.#newFrom !== null && looking) {
      this.#app.markRead(room);
      this.#seen = room.seq;
    }
    this.#jump();
    this.#readOn();
  }

  /** More is read before one comes to the end of what is there. */
  #readOn() {
    const { scrollTop, scrollHeight, clientHeight } = $('scroller');
    if (this.#room.hasMore && scrollTop < AHEAD) this.#room.loadOlder();
    else if (this.#room.hasNewer && scrollHeight - scrollTop - clientHeight < AHEAD) this.#room.loadNewer();
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
    if (this.#room.hasNewer) return false;
    const mine = this.#room.messages.findLast((m) => m.userId === this.#app.client.me.id);
    if (mine) this.#edit(mine);
    return Boolean(mine);
  }

  #items(messages) {
    return this.#rows.of(messages, {
      me: this.#app.client.me.id,
      newFrom: this.#newFrom ?? Infinity,
      moderator: this.#room.me?.isModerator ?? false,
      editing: this.#editing?.key ?? null,
      sought: this.#sought,
    });
  }

  #line(kind, text) {
    const line = el('li', { class: `divider ${kind}` }, el('span', {}, text));
    if (kind === 'new') this.#newLine = line;
    return line;
  }

  #message(message, { editing, ...how }, old) {
    const { id, key, clientId, replyTo } = message;
    const room = this.#room;
    const react = (emoji, on) => attempt(() => room.react(id, emoji, on));
    return makeEntry(message, {
      me: this.#app.client.me,
      ...how,
      // Out of view it would never end, and every frame would ask each of thousands.
      appears: !old && this.#atEnd && (message.seq ?? Infinity) > this.#drawn,
      editor: editing ? (this.#editing.field ??= this.#editor(message)) : null,
      find: () => this.find(replyTo.id),
      react,
      reacting: () => this.#reactions.toolsOf(message, react),
      reply: () => this.#reply(message),
      link: () => copyLink(lastingHashOf(room.id, id)),
      edit: () => this.#edit({ key }),
      remove: () => this.#delete(message),
      retry: room.state === 'gone' ? null : () => room.retry(clientId),
      discard: () => room.discard(clientId),
    });
  }

  /** Brings a message into view, wherever it stands. */
  async find(id) {
    const room = this.#room;
    // Why a room is not entered is told elsewhere.
    if (!(await room.ready.catch(() => null)) || this.#room !== room) return;
    [this.#atEnd, this.#sought] = [false, id];
    const found = await room.goTo(id);
    if (this.#room !== room || this.#sought !== id) return;
    if (!found) {
      [this.#atEnd, this.#sought] = [!room.hasNewer, null];
      toast('That message is not here any more.');
    }
    this.#app.draw();
    if (found) setTimeout(() => this.#room === room && this.#sought === id && this.#show(id), DRAWN);
  }

  /** To the first message that was not read when the room was opened. */
  async #findNew() {
    const id = await this.#room.firstAfter(this.#newFrom);
    $('scroller').focus({ preventScroll: true });
    if (id !== null) await this.find(id);
  }

  #show(id) {
    const at = this.#room.messages.findIndex((m) => m.id === id);
    const node = $('messages').querySelectorAll('.message')[at];
    node?.scrollIntoView({ block: 'center' });
    node?.focus({ preventScroll: true });
    // A short room does not scroll: its end is in view all the same.
    this.#scrolled();
  }

  #edit({ key }) {
    this.#editing = { key, field: null };
    this.#app.draw();
    setTimeout(() => document.querySelector('.editor textarea')?.focus(), 20);
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

  /** The first message in view and where it stands, to be put back there after older ones came in above it. */
  #anchor() {
    const node = firstBelow($('messages'), $('scroller').scrollTop);
    return node && { node, top: topOf(node) };
  }

  #resized() {
    const { clientWidth } = $('scroller');
    if (clientWidth !== this.#width) this.#stretches?.measure();
    this.#width = clientWidth;
    if (this.#atEnd) this.#toEnd();
  }

  #toEnd() {
    $('scroller').scrollTop = $('scroller').scrollHeight;
  }

  #scrolled() {
    const room = this.#room;
    const { scrollTop, scrollHeight, clientHeight } = $('scroller');
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR && !room?.hasNewer;
    if (atEnd !== this.#atEnd) {
      this.#atEnd = atEnd;
      if (atEnd) room?.trim();
      this.#app.draw();
    }
    if (!room) return;
    this.#jumpUp();
    this.#readOn();
  }

  #jump() {
    this.#seen = Math.min(this.#seen, this.#room.seq ?? 0);
    const { messages, hasNewer } = this.#room;
    const fresh = messages.filter((m) => m.seq > this.#seen && m.userId !== this.#app.client.me.id).length;
    $('jump').hidden = this.#atEnd;
    setText($('jump').querySelector('span'), fresh && !hasNewer ? `${fresh} new` : 'Latest');
    this.#jumpUp();
  }

  /** What is new may begin above what is shown, also above what is there. */
  #jumpUp() {
    const { messages, hasMore, seq } = this.#room;
    const { scrollTop, clientHeight } = $('scroller');
    const line = this.#newLine?.isConnected ? topOf(this.#newLine) : null;
    if (line !== null && line >= scrollTop && line < scrollTop + clientHeight) this.#newSeen = true;
    const above = line === null ? hasMore && messages[0]?.seq > this.#newFrom : line < scrollTop;
    $('jump-new').hidden = this.#newSeen || this.#newFrom === null || this.#newFrom >= seq || !above;
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
