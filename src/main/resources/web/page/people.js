/** Who is here, who else belongs to the room, and what a moderator may do with them. */
import { $, avatar, el, icon, iconButton, keyedList } from './dom.js';
import { becauseOf, openRestriction } from './moderation.js';
import { isDirect } from './names.js';
import { attempt, openDialog, openMenu } from './overlay.js';

const MOST_SHOWN = 300;
const MARKS = [
  ['isModerator', 'shield', 'Moderator'],
  ['isMuted', 'mute', 'Muted'],
  ['isBanned', 'ban', 'Banned'],
];

export class People {
  #app;
  #room = null;
  #loaded = null;
  #list = null;

  constructor(app) {
    this.#app = app;
    $('people-button').onclick = () => this.#toggle();
    $('people-close').onclick = () => this.#toggle(false);
    $('shade').onclick = () => this.#toggle(false);
    $('add-member').onclick = () => this.add();
    $('people').onkeydown = (e) => {
      if (e.key === 'Escape') this.#toggle(false);
    };
    app.client.on('state', () => {
      this.#loaded = null;
    });
  }

  show(room) {
    this.#room = room;
    this.#loaded = null;
    this.#toggle(false);
    $('people-list').replaceChildren();
    const list = el('ul');
    $('people-list').append(list);
    this.#list = keyedList(list);
  }

  draw() {
    const room = this.#room;
    if (room.state === 'live' && this.#loaded !== room) {
      this.#loaded = room;
      attempt(() => room.loadMembers());
    }
    const byName = new Map([...room.members.values()].map((m) => [m.username, m]));
    const names = [...new Set([...room.present, ...byName.keys()])].sort();
    const groups = { here: [], away: [], banned: [] };
    for (const name of names) {
      const member = byName.get(name);
      if (room.present.has(name)) groups.here.push([name, member]);
      else if (member?.isBanned) groups.banned.push([name, member]);
      else if (member?.isMember) groups.away.push([name, member]);
    }
    this.#list([
      ...this.#group('Here now', 'here', groups.here, room.partial ? room.count : groups.here.length),
      ...this.#group('Away', 'away', groups.away),
      ...this.#group('Banned', 'away', groups.banned),
    ]);
    $('add-member').hidden = !room.me?.isModerator;
  }

  add() {
    const { client } = this.#app;
    openDialog({
      title: `Add someone to “${this.#room.name}”`,
      fields: [{ name: 'username', label: 'Username', maxlength: 32 }],
      action: 'Add',
      submit: ({ username }) => client.addMember(this.#room.id, username.toLowerCase()),
    });
  }

  #group(title, state, people, count = people.length) {
    if (people.length === 0) return [];
    const heading = `${title} · ${count}`;
    return [
      { key: title, version: [heading], make: () => el('li', { class: 'group' }, el('h3', {}, heading)) },
      ...people.slice(0, MOST_SHOWN).map(([name, member]) => this.#row(name, member, state)),
    ];
  }

  #row(name, member, state) {
    const me = this.#app.client.me.username;
    const mayModerate = Boolean(this.#room.me?.isModerator && member && (name !== me || member.isModerator));
    const hasMenu = mayModerate || (name !== me && !isDirect(this.#room.name));
    const why = member?.isBanned || member?.isMuted ? becauseOf(member) : '';
    return {
      key: `@${name}`,
      version: [state, mayModerate, hasMenu, member?.reason, member?.until, ...MARKS.map(([flag]) => member?.[flag])],
      make: () =>
        el(
          'li',
          { class: `person ${state}` },
          avatar(name, state),
          el(
            'span',
            { class: 'person-name' },
            el('span', { title: name }, name),
            name === me ? el('span', { class: 'you' }, 'you') : null,
            why ? el('small', { title: why }, why) : null,
          ),
          ...MARKS.filter(([flag]) => member?.[flag]).map(([flag, image, label]) =>
            el('span', { class: `mark ${flag}`, role: 'img', 'aria-label': label, title: label }, icon(image)),
          ),
          hasMenu
            ? iconButton(
                'more',
                `${mayModerate ? 'Moderate' : 'Menu of'} ${name}`,
                (e) => this.#menu(e.currentTarget, name),
                {
                  'aria-haspopup': 'menu',
                },
              )
            : null,
        ),
    };
  }

  #menu(anchor, name) {
    const me = this.#app.client.me.username;
    const member = [...this.#room.members.values()].find((m) => m.username === name);
    const message = { label: 'Message', icon: 'send', action: () => attempt(() => this.#app.message(name)) };
    openMenu(anchor, [
      ...(name === me || isDirect(this.#room.name) ? [] : [message]),
      ...(this.#room.me?.isModerator && member ? this.#moderation(member) : []),
    ]);
  }

  /** What a moderator may do with a member. */
  #moderation(member) {
    const { client } = this.#app;
    const room = this.#room;
    const set = (mark, enabled) => () => attempt(() => client.setMember(room.id, member.userId, mark, enabled));
    if (member.isModerator) {
      const label = member.userId === client.me.id ? 'Step down as moderator' : 'Remove as moderator';
      return [{ label, icon: 'shield', action: set('moderator', false) }];
    }
    const remove = {
      label: 'Remove from room',
      icon: 'exit',
      action: () => attempt(() => client.removeMember(room.id, member.userId)),
    };
    return [
      ...(member.isBanned ? [] : [{ label: 'Make moderator', icon: 'shield', action: set('moderator', true) }]),
      member.isMuted
        ? { label: 'Unmute', icon: 'mute', action: set('mute', false) }
        : { label: 'Mute…', icon: 'mute', action: () => openRestriction(client, room, member, 'mute') },
      ...(member.isBanned || !member.isMember ? [] : [remove]),
      member.isBanned
        ? { label: 'Lift the ban', icon: 'ban', action: set('ban', false) }
        : { label: 'Ban…', icon: 'ban', danger: true, action: () => openRestriction(client, room, member, 'ban') },
    ];
  }

  /** On narrow screens the people lie over the room and can be closed; on wide ones they are always there. */
  #toggle(open = !$('app').classList.contains('people-open')) {
    const was = $('app').classList.contains('people-open');
    $('app').classList.toggle('people-open', open);
    $('people-button').setAttribute('aria-expanded', open);
    if (open) $('people-close').focus();
    else if (was) $('people-button').focus();
  }
}
