/**
 * A long list in stretches: whatever is out of view is neither laid out nor painted, yet can be found, focused and read
 * out. A change concerns one stretch, the others keep their height.
 */
import { el } from './dom.js';

const MOST = 50;

/** Where the elements of a list stand, as keyedList wants it; `parent` has nothing else in it. */
export class Stretches {
  #parent;
  #changed = new Set();

  constructor(parent) {
    this.#parent = parent;
  }

  put(node, previous) {
    this.remove(node);
    const stretch = this.#placeAfter(previous);
    if (previous?.parentNode === stretch) previous.after(node);
    else stretch.prepend(node);
    this.#measure(stretch);
  }

  /** The stretch for what comes after an element of the list, one that has room for it. */
  #placeAfter(previous) {
    const stretch = previous ? previous.parentNode : this.#parent.firstElementChild;
    if (stretch && stretch.childElementCount < MOST) return stretch;
    if (previous?.nextSibling) return this.#split(stretch, previous);
    const following = previous && stretch.nextElementSibling;
    if (following && following.childElementCount < MOST) return following;
    const next = el('ol', { class: 'stretch' });
    if (!previous) {
      this.#parent.prepend(next);
      return next;
    }
    const wasLast = !stretch.nextElementSibling;
    stretch.after(next);
    if (wasLast) this.#measure(stretch);
    return next;
  }

  /** Older messages come in below the line of their day: it moves, those that stand there stay. */
  #split(stretch, previous) {
    const all = [...stretch.children];
    const at = all.indexOf(previous) + 1;
    const [before, after] = [all.slice(0, at), all.slice(at)];
    const other = el('ol', { class: 'stretch' });
    const upwards = before.length < after.length;
    if (upwards) stretch.before(other);
    else stretch.after(other);
    const moved = upwards ? before : after;
    const focused = moved.some((node) => node.contains(document.activeElement)) ? document.activeElement : null;
    other.append(...moved);
    focused?.focus({ preventScroll: true });
    this.#measure(stretch);
    this.#measure(other);
    return upwards ? other : stretch;
  }

  replace(old, node) {
    old.replaceWith(node);
    this.#measure(node.parentNode);
  }

  remove(node) {
    const stretch = node.parentNode;
    if (!stretch) return;
    node.remove();
    if (stretch.firstChild) this.#measure(stretch);
    else stretch.remove();
  }

  /** For a new width. */
  measure() {
    for (const stretch of this.#parent.children) this.#measure(stretch);
  }

  /** It is laid out once, wherever it stands: with a height that was only guessed, the log would jump when it comes into view. */
  #measure(stretch) {
    stretch.classList.remove('measured');
    // The last one grows with each message, and browsers look through all of the log when one begins or ceases to be passed
    // over.
    if (!stretch.nextElementSibling) return;
    if (this.#changed.size === 0) requestAnimationFrame(() => this.#laidOut());
    this.#changed.add(stretch);
  }

  /** What changes from here on is laid out in the next frame only. */
  #laidOut() {
    const stretches = this.#changed;
    this.#changed = new Set();
    requestAnimationFrame(() => {
      for (const each of stretches) if (!this.#changed.has(each)) each.classList.add('measured');
    });
  }
}

/** How far down a message or line stands in what is scrolled. */
export const topOf = (node) => node.offsetTop + node.parentNode.offsetTop;

/** The first message that ends below a height, if there is one. */
export function firstBelow(parent, height) {
  const inside = (nodes, from) => {
    let [low, high] = [0, nodes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (from + nodes[middle].offsetTop + nodes[middle].offsetHeight > height) high = middle;
      else low = middle + 1;
    }
    return nodes[low];
  };
  let stretch = inside(parent.children, 0);
  let node = stretch && inside(stretch.children, stretch.offsetTop);
  while (stretch && !node?.matches('.message')) {
    node = node?.nextElementSibling;
    if (node) continue;
    stretch = stretch.nextElementSibling;
    node = stretch?.firstElementChild;
  }
  return node ?? null;
}
