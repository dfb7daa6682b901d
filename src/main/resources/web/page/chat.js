/** The open room: its header and the connection; the log, the composer and the people have files of their own. */
import { Composer } from './composer.js';
import { $, announce, el, setText } from './dom.js';
import { copyLink } from './links.js';
import { Log } from './log.js';
import { isDirect, lastingHashOf } from './names.js';
import { attempt, openDialog, openMenu, withPart } from './overlay.js';
import { People } from './people.js';

const QUIET_FOR = 700;

export class Chat {
  #app;
  #room = null;
  #log;
  #composer;
  #people;
  #downSince = null;
  #note = '';
  #ticker = null;

  constructor(app) {
    this.#app = app;
    this.#log = new Log(app, (message) => this.#composer.reply(message));
    this.#composer = new Composer(app, this.#log);
    this.#people = new People(app);
    $('room-menu').onclick = () => this.#menu();
    $('find-here').onclick = () => app.searchMessages(true);
    $('retry-now').onclick = () => app.client.retryNow();
    app.client.on('system', ({ room, text }) => room === this.#room && this.#say(text));
    app.client.on('message', ({ room, message, live }) => {
      if (room === this.#room && live && message.userId !== app.client.me?.id)
        announce(`${message.user}: ${message.text}`);
    });
  }

  show(room) {
    [this.#room, this.#note] = [room, ''];
    this.#log.show(room);
    this.#people.show(room);
    $('live').hidden = !room;
    $('nothing').hidden = Boolean(room);
    this.#composer.show(room);
  }

  /** Brings a message of the open room into view. */
  find(id) {
    attempt(() => this.#log.find(id));
  }

  draw() {
    const room = this.#room;
    this.#connection();
    if (!room) return this.#nothing();
    const title = this.#app.titleOf(room.name);
    setText($('room-name'), title);
    $('room').setAttribute('aria-label', title);
    const here = room.count;
    setText(
      $('room-facts'),
      room.state === 'joining'
        ? 'Entering…'
        : `${room.isPrivate && !isDirect(room.name) ? 'Private · ' : ''}${here} ${here === 1 ? 'person' : 'people'} here`,
    );
    this.#composer.draw(title);
    setText($('typing'), typingLine(room.typing) || this.#note);
    $('typing').classList.toggle('busy', room.typing.length > 0);
    this.#log.draw();
    this.#people.draw();
  }

  #nothing() {
    const key = String(this.#app.listed.length > 0);
    if ($('nothing').dataset.key === key && $('nothing').firstChild) return;
    $('nothing').dataset.key = key;
    $('nothing').replaceChildren(
      el('div', { class: 'bubbles', 'aria-hidden': 'true' }, el('i'), el('i'), el('i')),
      el('h2', {}, `Hello, ${this.#app.client.me.username}`),
      el(
        'p',
        {},
        key === 'true' ? 'Pick a room on the left, or open a new one.' : 'There is no room yet. Open the first one.',
      ),
      el('button', { type: 'button', class: 'button primary', onclick: () => $('new-room').click() }, 'Create a room'),
    );
  }

  /** Calm on purpose: a break shorter than a blink is not shown at all. */
  #connection() {
    const { phase, retryAt } = this.#app.client.state;
    if (phase === 'online') {
      if (!$('connection').hidden && this.#downSince) this.#say('Back online');
      [this.#downSince, $('connection').hidden] = [null, true];
      return;
    }
    this.#downSince ??= Date.now();
    clearTimeout(this.#ticker);
    this.#ticker = setTimeout(() => this.#app.draw(), 250);
    $('connection').hidden = Date.now() - this.#downSince < QUIET_FOR;
    const seconds = retryAt === null ? 0 : Math.ceil((retryAt - Date.now()) / 1000);
    const text = navigator.onLine ? 'Reconnecting' : 'You are offline. Reconnecting';
    if ($('connection-text').textContent !== text) $('connection-text').textContent = text;
    $('countdown').textContent = seconds > 0 ? ` in ${seconds} s` : '…';
    $('retry-now').hidden = phase !== 'waiting' || seconds < 1;
  }

  #say(text) {
    this.#note = text;
    this.#app.draw();
    setTimeout(() => {
      if (this.#note === text) this.#note = '';
      this.#app.draw();
    }, 4000);
  }

  #menu() {
    const { client } = this.#app;
    const room = this.#room;
    const items = [{ label: 'Copy link', icon: 'link', action: () => copyLink(lastingHashOf(room.id)) }];
    if (room.me?.isModerator) {
      items.push(
        { label: 'Add someone…', icon: 'plus', action: () => this.#people.add() },
        { label: 'Rename…', icon: 'edit', action: () => this.#rename() },
        {
          label: room.isPrivate ? 'Make public' : 'Make private',
          icon: 'lock',
          action: () => attempt(() => client.updateRoom(room.id, { is_private: !room.isPrivate })),
        },
      );
    }
    if (room.me?.isModerator) {
      items.push({ label: 'Webhooks…', icon: 'link', action: () => this.#webhooks(room) });
    }
    if (room.me?.isModerator || this.#app.isAdmin) {
      items.push({ label: 'What was done here…', icon: 'shield', action: () => this.#audit(room) });
    }
    if (!isDirect(room.name)) {
      items.push({ label: 'Leave room', icon: 'exit', action: () => attempt(() => this.#app.leave(room)) });
    }
    if (room.me?.isModerator)
      items.push({ label: 'Delete room…', icon: 'trash', danger: true, action: () => this.#delete() });
    openMenu($('room-menu'), items);
  }

  #webhooks(room) {
    withPart(
      () => import('./webhooks.js'),
      ({ openRoomWebhooks }) => openRoomWebhooks(this.#app.client, room),
    );
  }

  #audit(room) {
    withPart(
      () => import('./audit.js'),
      ({ openRoomAudit }) => openRoomAudit(this.#app.client, room),
    );
  }

  #rename() {
    openDialog({
      title: 'Rename room',
      fields: [{ name: 'name', label: 'Name', value: this.#room.name, maxlength: 100 }],
      action: 'Rename',
      submit: ({ name }) => this.#app.client.updateRoom(this.#room.id, { name }),
    });
  }

  #delete() {
    openDialog({
      title: `Delete “${this.#room.name}”?`,
      text: 'The room and all its messages are gone for everybody. This cannot be undone.',
      action: 'Delete room',
      danger: true,
      submit: () => this.#app.client.deleteRoom(this.#room.id),
    });
  }
}

function typingLine(users) {
  if (users.length === 0) return '';
  if (users.length === 1) return `${users[0]} is typing…`;
  return users.length === 2 ? `${users[0]} and ${users[1]} are typing…` : 'Several people are typing…';
}
