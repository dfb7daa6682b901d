/** Lists that come page by page. */
import { $, el } from './dom.js';

/**
 * A list in `box`, read by `read(cursor)`, which answers { items, next_cursor }, with a row (an li) for each; the
 * focus stays in its row when the list is read again.
 */
export class PagedList {
  #read;
  #row;
  #empty;
  #label;
  #list = el('ul', { class: 'rows' });
  #foot = el('div', { class: 'rows-foot' });
  /** Grows with each reading from the start, so that an answer that comes late is not mixed in. */
  #turn = 0;

  constructor(box, { label, read, row, empty }) {
    [this.#read, this.#row, this.#empty, this.#label] = [read, row, empty, label];
    this.#list.setAttribute('aria-label', label);
    box.append(this.#list, this.#foot);
  }

  /** Reads it from the start. What is shown stays until the answer is there. */
  async reload() {
    const turn = ++this.#turn;
    await this.#page(turn, undefined, true);
  }

  async #page(turn, cursor, first = false) {
    this.#foot.replaceChildren(el('span', { class: 'spinner', role: 'img', 'aria-label': 'Loading' }));
    try {
      const { items, next_cursor: next } = await this.#read(cursor);
      if (turn !== this.#turn) return;
      const had = [this.#list, this.#foot].some((box) => box.contains(document.activeElement));
      const row = document.activeElement.closest('.row')?.dataset.key;
      const rows = items.map((item) => this.#made(item));
      if (first) this.#list.replaceChildren(...rows);
      else this.#list.append(...rows);
      this.#end(turn, next);
      if (had) this.#focus(first ? rows.find(({ dataset }) => dataset.key === row) : rows[0]);
    } catch (error) {
      if (error.name !== 'FastRoomError') throw error;
      if (turn === this.#turn) this.#failed(turn, cursor, first, error);
    }
  }

  #made(item) {
    const row = this.#row(item);
    row.dataset.key = item.id;
    return row;
  }

  #focus(row) {
    (row?.querySelector('button') ?? $('panel-body')).focus();
  }

  #end(turn, next) {
    this.#foot.replaceChildren();
    if (this.#list.childElementCount === 0) this.#foot.append(el('p', { class: 'hint' }, this.#empty));
    if (next) this.#foot.append(button(`More ${this.#label.toLowerCase()}`, () => this.#page(turn, next)));
  }

  #failed(turn, cursor, first, error) {
    this.#foot.replaceChildren(
      el('p', { class: 'form-error', role: 'alert' }, error.message),
      button('Try again', () => this.#page(turn, cursor, first)),
    );
  }
}

const button = (label, onclick) => el('button', { type: 'button', class: 'button small', onclick }, label);

/** A search field that tells what stands in it when the typing has paused. */
export function searchField(label, changed) {
  const input = el('input', {
    type: 'search',
    placeholder: label,
    'aria-label': label,
    autocomplete: 'off',
    maxlength: 100,
  });
  let timer = null;
  input.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(() => changed(input.value.trim()), 250);
  };
  return input;
}
