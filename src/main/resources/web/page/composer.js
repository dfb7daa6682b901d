/** Where messages are written: the field, what it replies to, and what was begun in each room. */
import { Completion } from './completion.js';
import { $, setText } from './dom.js';
import { Drafts } from './drafts.js';
import { becauseOf } from './moderation.js';
import { toast } from './overlay.js';

const LONGEST = 4000;
const KEEP_AFTER = 400;
const TOUCH = matchMedia('(pointer: coarse)');

export class Composer {
  #app;
  #log;
  #names;
  #room = null;
  #drafts;
  /** Whether the room's draft is in the field. */
  #restored = false;
  /** Whether the field has what is not kept yet. */
  #changed = false;
  /** Of rooms that were left before they were entered, so that their id is not known. */
  #early = new WeakMap();
  #later = null;
  /** The message that the next one replies to: { id, user, text }. */
  #replyTo = null;

  constructor(app, log) {
    [this.#app, this.#log] = [app, log];
    this.#drafts = new Drafts(app.client.me.username);
    this.#names = new Completion($('draft'), () => this.#people());
    $('composer').onsubmit = (e) => {
      e.preventDefault();
      this.#send();
    };
    $('draft').onkeydown = (e) => this.#key(e);
    $('draft').oninput = () => this.#typed();
    $('reply-cancel').onclick = () => this.reply(null);
    addEventListener('pagehide', () => this.#keep());
    document.addEventListener('visibilitychange', () => this.#keep());
  }

  show(room) {
    if (room !== this.#room) this.#turnTo(room);
    if (room && !TOUCH.matches) $('draft').focus();
  }

  draw(title) {
    this.#restore();
    const muted = this.#room.me?.isMuted ?? false;
    $('draft').disabled = muted;
    this.#hint(muted ? `You are muted in this room. ${becauseOf(this.#room.me)}`.trim() : `Message ${title}`);
    setText($('draft-label'), `Message ${title}`);
    $('composer').classList.toggle('off', muted);
  }

  reply(message) {
    this.#quote(message);
    this.#touched();
    if (message) $('draft').focus();
  }

  #turnTo(room) {
    this.#keep();
    this.#names.close();
    this.#room?.stoppedTyping();
    [this.#room, this.#restored] = [room, false];
    $('draft').value = (room && this.#early.get(room)) ?? '';
    this.#quote(null);
    if (!room) return;
    this.#restore();
    this.#fit();
  }

  /** Whom one may mention here. */
  #people() {
    const { present, members } = this.#room;
    const me = this.#app.client.me.username;
    const others = [...members.values()].filter((m) => m.isMember && !m.isBanned && !present.has(m.username));
    return {
      present: [...present].filter((name) => name !== me),
      others: others.map(({ username }) => username).filter((name) => name !== me),
    };
  }

  /** A room that was opened by its name has an id, and so a draft, as soon as the server has answered. */
  #restore() {
    if (this.#restored || this.#room.id === null) return;
    this.#restored = true;
    const { text, replyTo } = this.#drafts.of(this.#room.id);
    if (text === '') return;
    // What was typed meanwhile was meant to follow it.
    $('draft').value = text + $('draft').value;
    if (!this.#replyTo) this.#quote(replyTo);
    this.#fit();
  }

  #keep() {
    clearTimeout(this.#later);
    if (!this.#room || !this.#changed) return;
    this.#changed = false;
    const text = $('draft').value;
    if (this.#restored) this.#drafts.set(this.#room.id, text.trim() ? text : '', this.#replyTo);
    else this.#early.set(this.#room, text);
  }

  #touched() {
    this.#changed = true;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#keep(), KEEP_AFTER);
  }

  #hint(text) {
    if ($('draft').placeholder === text) return;
    $('draft').placeholder = text;
    this.#fit();
  }

  #key(e) {
    // The key that ends a composition has this code in Safari.
    if (e.isComposing || e.keyCode === 229 || this.#names.key(e)) return;
    if (e.key === 'Enter' && !e.shiftKey) {
      e.preventDefault();
      this.#send();
    } else if (e.key === 'Escape' && this.#replyTo) {
      this.reply(null);
    } else if (e.key === 'ArrowUp' && $('draft').value === '' && this.#log.editLast()) {
      e.preventDefault();
    }
  }

  #typed() {
    this.#fit();
    this.#touched();
    if ($('draft').value.trim()) this.#room.typed();
    else this.#room.stoppedTyping();
  }

  #fit() {
    const draft = $('draft');
    draft.style.height = 'auto';
    draft.style.height = `${draft.scrollHeight}px`;
    const length = [...draft.value.trim()].length;
    $('counter').textContent = length > LONGEST * 0.9 ? `${length} / ${LONGEST}` : '';
    $('counter').classList.toggle('over', length > LONGEST);
  }

  #send() {
    const text = $('draft').value.trim();
    if (!text || $('draft').disabled) return;
    if ([...text].length > LONGEST) return toast(`A message has at most ${LONGEST} characters.`, 'bad');
    $('draft').value = '';
    this.#names.close();
    this.#fit();
    this.#log.toEnd();
    this.#room.send(text, { replyTo: this.#replyTo?.id });
    this.#quote(null);
    this.#changed = true;
    this.#keep();
    $('draft').focus();
  }

  #quote(message) {
    this.#replyTo = message;
    $('replying').hidden = !message;
    $('replying-to').textContent = message ? `Reply to ${message.user}: ${message.text.slice(0, 120)}` : '';
  }
}
