/** What lies over the page: toasts, menus and dialogs. */
import { $, el, icon } from './dom.js';
import { makeForm } from './forms.js';

export function toast(text, kind = 'info') {
  const line = el('p', { class: `toast ${kind}` }, text);
  $('toasts').append(line);
  const lasts = 4000 + 60 * text.length;
  setTimeout(() => line.classList.add('leaving'), lasts);
  setTimeout(() => line.remove(), lasts + 400);
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

/**
 * Runs `use` with a part of the page that is fetched when it is wanted: few people come there, and none at the start.
 */
export async function withPart(load, use) {
  const part = await load().catch(() => null);
  if (part) use(part);
  else toast('This part of the page cannot be fetched now. Try again.', 'bad');
}

/** Opens a menu of { label, icon, danger, action } at a button; arrow keys, Escape and a click elsewhere work. */
export function openMenu(anchor, items) {
  const menu = $('menu');
  if (menu.matches(':popover-open')) menu.hidePopover();
  // What is outside of an open dialog cannot be used.
  (anchor.closest('dialog') ?? document.body).append(menu);
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
        item.icon ? icon(item.icon) : null,
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
 * A dialog with a form; see `makeForm` for the fields. Without an `action` it only says something. The focus goes back to
 * where it was.
 */
export function openDialog({ title, text, fields = [], action, danger, submit }) {
  const dialog = $('dialog');
  const cancel = el(
    'button',
    { type: 'button', class: 'button', onclick: () => dialog.close() },
    action ? 'Cancel' : 'OK',
  );
  const before = [el('h2', { id: 'dialog-title' }, title), text ? el('p', { class: 'dialog-text' }, text) : null];
  const done = async (values) => {
    await submit(values);
    dialog.close();
  };
  const content = action
    ? makeForm({ prefix: 'dialog', fields, action, danger, submit: done, before, buttons: [cancel] })
    : el('div', { class: 'notice' }, ...before, el('div', { class: 'actions' }, cancel));
  dialog.replaceChildren(content);
  if (dialog.open) dialog.close();
  dialog.showModal();
  // Destructive dialogs start on Cancel, so that a stray Enter harms nothing.
  (content.querySelector('input, textarea, select') ?? cancel).focus();
}
