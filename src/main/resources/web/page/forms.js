/** Forms, and what the server says about each of their fields. */
import { el } from './dom.js';

/**
 * A form with a button. `fields` are { name, label, hint, value, type, options, maxlength, autocomplete }: names are
 * those of the call's body, so that the server's errors find their fields; `type` is an input's, `textarea` or `select`.
 * `submit(values)` may reject with a FastRoomError, whose words then stand in the form.
 */
export function makeForm({ prefix, fields, action, danger = false, submit, before = [], buttons = [] }) {
  const rows = fields.map((field) => row(prefix, field));
  const problem = el('p', { class: 'form-error', role: 'alert', hidden: true });
  const button = el('button', { class: `button ${danger ? 'danger' : 'primary'}` }, action);
  const form = el(
    'form',
    { novalidate: true },
    ...before,
    ...rows.map(({ node }) => node),
    problem,
    el('div', { class: 'actions' }, ...buttons, button),
  );
  form.addEventListener('submit', async (e) => {
    e.preventDefault();
    tell(rows, problem, null);
    button.disabled = true;
    try {
      await submit(Object.fromEntries(rows.map(({ name, read }) => [name, read()])));
    } catch (error) {
      if (error.name !== 'FastRoomError') throw error;
      tell(rows, problem, error);
    } finally {
      button.disabled = false;
    }
  });
  return form;
}

/** Puts each fault to its field and goes to the first; what belongs to none stands below them all. */
function tell(rows, problem, error) {
  const faults = new Map(
    (error?.errors ?? []).map(({ pointer = '', detail }) => [pointer.slice(1).split('/')[0], detail]),
  );
  for (const { name, input, fault } of rows) {
    fault.textContent = faults.get(name) ?? '';
    fault.hidden = !faults.has(name);
    input.setAttribute('aria-invalid', faults.has(name));
  }
  const placed = rows.filter(({ name }) => faults.has(name));
  problem.textContent = error?.message ?? '';
  problem.hidden = !error || placed.length > 0;
  if (error) (placed[0] ?? rows[0])?.input.focus();
}

function row(prefix, { name, label, hint, type = 'text', ...rest }) {
  const id = `${prefix}-${name}`;
  const input = control(type, { id, name, 'aria-describedby': `${id}-hint ${id}-fault`, ...rest });
  const fault = el('p', { class: 'field-error', id: `${id}-fault`, hidden: true });
  if (type === 'checkbox') {
    const words = el('span', {}, label, hint ? el('small', { id: `${id}-hint` }, hint) : null);
    return { name, input, fault, node: el('label', { class: 'check' }, input, words), read: () => input.checked };
  }
  const help = hint ? el('p', { class: 'hint', id: `${id}-hint` }, hint) : null;
  const node = el('div', { class: 'field' }, el('label', { for: id }, label), input, help, fault);
  // What was typed as a password is taken as it is.
  return { name, input, fault, node, read: () => (type === 'password' ? input.value : input.value.trim()) };
}

function control(type, { value, options = [], checked = false, ...attributes }) {
  if (type === 'checkbox') return el('input', { type, checked, ...attributes });
  const tag = type === 'textarea' || type === 'select' ? type : 'input';
  const input = el(
    tag,
    { type: tag === 'input' ? type : null, autocomplete: 'off', autocapitalize: 'none', ...attributes },
    ...options.map(([option, label]) => el('option', { value: option }, label)),
  );
  input.value = value ?? options[0]?.[0] ?? '';
  return input;
}
