/** The field in which a message is edited in its place. */
import { el } from './dom.js';

/** `save(next)` is called with another text, `close()` when nothing is to be saved. */
export function makeEditor(text, { save, close }) {
  const input = el('textarea', { 'aria-label': 'Edit message', rows: Math.min(8, text.split('\n').length) });
  const done = () => {
    const next = input.value.trim();
    if (next && next !== text) save(next);
    else close();
  };
  input.value = text;
  input.onkeydown = (e) => {
    e.stopPropagation();
    if (e.isComposing) return;
    if (e.key === 'Escape') close();
    if (e.key === 'Enter' && !e.shiftKey) {
      e.preventDefault();
      done();
    }
  };
  return el(
    'div',
    { class: 'editor' },
    input,
    el(
      'p',
      {},
      el('button', { type: 'button', class: 'button small primary', onclick: done }, 'Save'),
      el('button', { type: 'button', class: 'button small', onclick: close }, 'Cancel'),
      el('span', { class: 'hint' }, 'Enter saves, Escape cancels'),
    ),
  );
}
