/** What lies over the page: toasts, menus and dialogs. */
import { $, el, icon } from './dom.js';

export function toast(text, kind = 'info') {
  const line = el('p', { class: `toast ${kind}` }, text);
  $('toasts').append(line);
  setTimeout(() => line.classList.add('leaving'), 5000);
  setTimeout(() => line.remove(), 5400);
}

/** Runs something the user asked for; a refusal is told in its own words. */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    if (error.name !== 'FastRoomError') throw error;
    if (error.status !== 401) toast(error.message, 'bad');
    return undefined;
  }
}

/** Opens a menu of { label, icon, danger, action } at a button; arrow keys, Escape and a click elsewhere work. */
export function openMenu(anchor, items) {
  const menu = $('menu');
  if (menu.matches(':popover-open')) menu.hidePopover();
  menu.replaceChildren(
    ...items.map((item) =>
      el(
        'button',
        {
          type: 'button',
          role: 'menuitem',
          tabindex: '-1',
          class: item.danger ? 'danger' : null,
          onclick: () => {
            menu.hidePopover();
            anchor.focus();
            item.action();
          },
        },
        icon(item.icon),
        item.label,
      ),
    ),
  );
  menu.showPopover();
  const box = anchor.getBoundingClientRect();
  const below = box.bottom + 6 + menu.offsetHeight < innerHeight;
  menu.style.left = `${Math.max(8, Math.min(box.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, below ? box.bottom + 6 : box.top - 6 - menu.offsetHeight)}px`;
  anchor.setAttribute('aria-expanded', 'true');
  menu.ontoggle = (e) => e.newState === 'closed' && anchor.setAttribute('aria-expanded', 'false');
  menu.onkeydown = (e) => {
    const buttons = [...menu.children];
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[e.key];
    if (to !== undefined) buttons.at(to % buttons.length).focus();
    else if (e.key === 'Escape' || e.key === 'Tab') {
      menu.hidePopover();
      anchor.focus();
    } else return;
    e.preventDefault();
  };
  menu.firstChild.focus();
}

/**
 * A dialog. `fields` are { name, label, hint, value, type: 'text' | 'checkbox', maxlength }; `submit(values)` may
 * reject with a FastRoomError, whose words then stand in the dialog.
 */
export function openDialog({ title, text, fields = [], action, danger = false, submit }) {
  const dialog = $('dialog');
  const problem = el('p', { class: 'form-error', role: 'alert', hidden: true });
  const button = el('button', { class: `button ${danger ? 'danger' : 'primary'}` }, action);
  const form = el(
    'form',
    { novalidate: true },
    el('h2', { id: 'dialog-title' }, title),
    text ? el('p', { class: 'dialog-text' }, text) : null,
    ...fields.map(field),
    problem,
    el(
      'div',
      { class: 'actions' },
      el('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Cancel'),
      button,
    ),
  );
  form.addEventListener('submit', async (e) => {
    e.preventDefault();
    const values = Object.fromEntries(
      fields.map(({ name, type }) => {
        const input = form.elements[name];
        return [name, type === 'checkbox' ? input.checked : input.value.trim()];
      }),
    );
    button.disabled = true;
    try {
      await submit(values);
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      form.querySelector('input')?.focus();
    } finally {
      button.disabled = false;
    }
  });
  dialog.replaceChildren(form);
  dialog.showModal();
  // Destructive dialogs start on Cancel, so that a stray Enter harms nothing.
  (form.querySelector('input') ?? form.querySelector('.actions button')).focus();
}

function field({ name, label, hint, value = '', type = 'text', maxlength }) {
  if (type === 'checkbox') {
    return el(
      'label',
      { class: 'check' },
      el('input', { type, name }),
      el('span', {}, label, hint ? el('small', {}, hint) : null),
    );
  }
  const input = el('input', { name, id: `dialog-${name}`, autocomplete: 'off', maxlength, autocapitalize: 'none' });
  input.value = value;
  return el('div', {}, el('label', { for: input.id }, label), input, hint ? el('p', { class: 'hint' }, hint) : null);
}
