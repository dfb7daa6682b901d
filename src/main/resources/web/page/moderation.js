/** Bans and mutes: why and until when, asked for and told. */
import { openDialog } from './overlay.js';
import { momentOf } from './times.js';

const HOUR = 3_600_000;
const ENDS = [
  ['', 'When somebody lifts it'],
  [String(HOUR), 'In an hour'],
  [String(24 * HOUR), 'In a day'],
  [String(7 * 24 * HOUR), 'In a week'],
  [String(30 * 24 * HOUR), 'In 30 days'],
  ['moment', 'At a moment…'],
];
const WORDS = {
  ban: { title: 'Ban', action: 'Ban', text: 'is out of the room at once and cannot come back.' },
  mute: { title: 'Mute', action: 'Mute', text: 'can read the room, but not write.' },
};

/** Asks for reason and end, then does it. `mark` is `ban` or `mute`. */
export function openRestriction(client, room, member, mark) {
  const { title, action, text } = WORDS[mark];
  openDialog({
    title: `${title} ${member.username}?`,
    text: `${member.username} ${text}`,
    fields: [
      { name: 'reason', label: 'Reason', maxlength: 500, hint: 'Optional. Everybody in the room can read it.' },
      { name: 'end', label: 'It ends', type: 'select', options: ENDS },
      { name: 'until', label: 'The moment', type: 'datetime-local' },
    ],
    action,
    danger: true,
    submit: ({ reason, end, until }) =>
      client.setMember(room.id, member.userId, mark, true, {
        reason: reason || undefined,
        until: momentAsked(end, until),
      }),
  });
  const [end, moment] = ['end', 'until'].map((name) => document.getElementById(`dialog-${name}`));
  end.onchange = () => {
    moment.parentElement.hidden = end.value !== 'moment';
  };
  end.onchange();
}

function momentAsked(end, until) {
  if (end === 'moment') return until ? new Date(until).toISOString() : undefined;
  return end ? new Date(Date.now() + Number(end)).toISOString() : undefined;
}

/** Such as "Until 3 Mar 2026, 14:00: Spam"; empty when nothing was said. */
export function becauseOf({ reason, until } = {}) {
  const end = until ? `Until ${momentOf(until)}` : '';
  return [end, reason].filter(Boolean).join(': ');
}
