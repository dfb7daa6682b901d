/** What stands above the first message: more to come, or the beginning of the room. */
import { $, el } from './dom.js';
import { isDirect } from './names.js';

export function showBeginning(room, title) {
  const more = room.hasMore || room.state === 'joining';
  const alone = room.messages.length === 0 && room.pending.length === 0;
  const state = more ? 'more' : `start ${alone} ${title}`;
  if ($('beginning').dataset.state === state) return;
  $('beginning').dataset.state = state;
  if (more) {
    $('beginning').replaceChildren(el('span', { class: 'spinner', 'aria-hidden': 'true' }));
    return;
  }
  const invites = alone && !isDirect(room.name);
  $('beginning').replaceChildren(
    el('h2', {}, invites ? `Welcome to ${title}` : title),
    el(
      'p',
      {},
      alone ? 'Nothing has been said here yet. Write the first message.' : 'This is the beginning of the room.',
    ),
    ...(invites
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
