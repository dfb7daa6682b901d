/** The picker of reactions: found by name, or walked through by the arrow keys. All of it is here: nothing is fetched. */
import { $, el } from './dom.js';
import { find, GROUPS, isReaction, nameOf } from './emoji.js';

const COLUMNS = 8;
const MOST_FOUND = 64;
const RECENT = 'Used last';
const TOUCH = matchMedia('(pointer: coarse)');

/** Opens it at a button. `recent` are emoji that were used last; `pick(emoji)` is called with what was chosen. */
export function openPicker(anchor, recent, pick) {
  const picker = $('picker');
  const done = () => {
    picker.hidePopover();
    (anchor.isConnected ? anchor : $('draft')).focus();
  };
  const search = el('input', {
    type: 'search',
    placeholder: 'Search, or paste an emoji',
    'aria-label': 'Search emoji',
    autocomplete: 'off',
    maxlength: 60,
  });
  const status = el('p', { class: 'hint', role: 'status' });
  const body = el('div', { class: 'picker-body' });
  const draw = () => {
    const wanted = search.value.trim();
    const groups = wanted ? foundOf(wanted) : groupsOf(recent);
    body.replaceChildren(...groups.map(gridOf));
    body.scrollTop = 0;
    const count = groups.reduce((sum, { entries }) => sum + entries.length, 0);
    status.textContent = !wanted ? '' : count === 0 ? `No emoji is called “${wanted}”.` : `${count} found`;
    cells()[0]?.setAttribute('tabindex', '0');
  };
  search.oninput = draw;
  picker.onclick = (e) => {
    const cell = e.target.closest('.picker-body button');
    if (!cell) return;
    done();
    pick(cell.dataset.emoji);
  };
  picker.onkeydown = (e) => {
    if (e.isComposing || !key(e, search, done)) return;
    e.preventDefault();
    e.stopPropagation();
  };
  picker.ontoggle = (e) => anchor.setAttribute('aria-expanded', String(e.newState === 'open'));
  picker.replaceChildren(search, status, body);
  draw();
  picker.showPopover();
  place(picker, anchor);
  // On a touch screen the keyboard would cover what one wants to see.
  (TOUCH.matches ? cells()[0] : search).focus({ preventScroll: true });
}

function groupsOf(recent) {
  const entries = recent.map((emoji) => ({ emoji, name: nameOf(emoji) }));
  return [...(entries.length > 0 ? [{ title: RECENT, entries }] : []), ...GROUPS];
}

/** What is one reaction itself needs no name. */
function foundOf(wanted) {
  const itself = isReaction(wanted) ? [{ emoji: wanted, name: nameOf(wanted) }] : [];
  const entries = [...itself, ...find(wanted).filter(({ emoji }) => emoji !== wanted)].slice(0, MOST_FOUND);
  return entries.length > 0 ? [{ title: 'Found', entries }] : [];
}

function gridOf({ title, entries }) {
  const rows = [];
  for (let at = 0; at < entries.length; at += COLUMNS) {
    const row = entries.slice(at, at + COLUMNS).map(({ emoji, name }) =>
      el(
        'span',
        { role: 'gridcell' },
        el('button', { type: 'button', tabindex: '-1', title: name, 'aria-label': name, 'data-emoji': emoji }, emoji),
      ),
    );
    rows.push(el('div', { role: 'row' }, ...row));
  }
  return el('section', {}, el('h3', {}, title), el('div', { role: 'grid', 'aria-label': title }, ...rows));
}

const cells = () => [...$('picker').querySelectorAll('.picker-body button')];

/** Whether the key did something. */
function key(e, search, done) {
  if (e.key === 'Escape') done();
  else if (e.key === 'Tab') {
    const cell = $('picker').querySelector('.picker-body [tabindex="0"]');
    if (e.target === search && !e.shiftKey && cell) cell.focus();
    else if (e.target !== search && e.shiftKey) search.focus();
    else done();
  } else if (e.target === search) return inSearch(e);
  else return inGrid(e, search);
  return true;
}

function inSearch(e) {
  const first = cells()[0];
  if (!first) return e.key === 'Enter';
  if (e.key === 'ArrowDown') turnTo(first);
  else if (e.key === 'Enter') first.click();
  else return false;
  return true;
}

function inGrid(e, search) {
  const rows = [...$('picker').querySelectorAll('[role=row]')].map((row) => [...row.querySelectorAll('button')]);
  const y = rows.findIndex((row) => row.includes(e.target));
  if (y < 0) return false;
  const x = rows[y].indexOf(e.target);
  const all = rows.flat();
  const at = all.indexOf(e.target);
  const far = e.ctrlKey || e.metaKey;
  const to = {
    ArrowRight: () => all[at + 1],
    ArrowLeft: () => all[at - 1],
    ArrowDown: () => rows[y + 1]?.[Math.min(x, rows[y + 1].length - 1)],
    ArrowUp: () => rows[y - 1]?.[Math.min(x, rows[y - 1].length - 1)] ?? search,
    Home: () => (far ? all[0] : rows[y][0]),
    End: () => (far ? all.at(-1) : rows[y].at(-1)),
    PageDown: () => rows[Math.min(y + 5, rows.length - 1)][0],
    PageUp: () => rows[Math.max(y - 5, 0)][0],
  }[e.key];
  if (!to) return false;
  const next = to();
  if (next === search) search.focus();
  else if (next) turnTo(next);
  return true;
}

/** One cell at a time is reached by Tab. */
function turnTo(cell) {
  $('picker').querySelector('.picker-body [tabindex="0"]')?.setAttribute('tabindex', '-1');
  cell.setAttribute('tabindex', '0');
  cell.focus();
}

/** On wide screens beside the button; on narrow ones the styles put it to the bottom. */
function place(picker, anchor) {
  const box = (anchor.isConnected ? anchor : $('composer')).getBoundingClientRect();
  const below = box.bottom + 6 + picker.offsetHeight < innerHeight;
  const top = below ? box.bottom + 6 : Math.min(box.top - 6, innerHeight - 8) - picker.offsetHeight;
  picker.style.setProperty('--left', `${Math.max(8, Math.min(box.right, innerWidth - 8) - picker.offsetWidth)}px`);
  picker.style.setProperty('--top', `${Math.max(8, top)}px`);
}
