/** Small helpers to build elements. Text goes in as text nodes only: nothing here, or anywhere, parses markup. */

export const $ = (id) => document.getElementById(id);

/** What says so already is left alone: browsers would lay it out anew. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Whether people have passwords here, and not only an identity provider. */
export const hasPasswords = () => document.querySelector('meta[name=local-accounts]')?.content !== 'false';

/** An element; `on…` attributes are listeners, true is an empty attribute, null and false are none. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, onclick, attributes = {}) {
  return el(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...attributes },
    icon(name),
  );
}

/** The first letter of a name on a colour that is always the same for it. */
export function avatar(username, state = '') {
  const hue = [...username].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) % 997, 7) % 10;
  return el('span', { class: `avatar hue-${hue} ${state}`, 'aria-hidden': 'true' }, username[0].toUpperCase());
}

/** Says something to a screen reader only. */
export function announce(text) {
  const line = el('p', {}, text);
  $('announcer').append(line);
  setTimeout(() => line.remove(), 3000);
}

/** Where the elements of a list stand: in their parent, one after the other. */
const inside = (parent) => ({
  put: (node, previous) => (previous ? previous.after(node) : parent.prepend(node)),
  replace: (old, node) => old.replaceWith(node),
  remove: (node) => node.remove(),
});

/**
 * Keeps the elements at a place, which is that of `parent`, in step with a list of { key, version, make }: an element is
 * made anew only when one of the values in `version` has changed, and keeps the focus it had. The very same items as the
 * last time, at either end of the list, are passed over, so that a long list costs by what has changed in it.
 */
export function keyedList(parent, place = inside(parent)) {
  const made = new Map();
  let last = [];
  return (items) => {
    const most = Math.min(items.length, last.length);
    let [head, tail] = [0, 0];
    while (head < most && items[head] === last[head]) head++;
    while (tail < most - head && items.at(-1 - tail) === last.at(-1 - tail)) tail++;
    const changed = items.slice(head, items.length - tail);
    const keys = new Set(changed.map((item) => item.key));
    // The elements that stand there, in their order, but for those that were put elsewhere.
    const standing = new Set();
    for (const { key } of last.slice(head, last.length - tail)) {
      const node = made.get(key)?.node;
      if (keys.has(key)) standing.add(node);
      else if (node) {
        place.remove(node);
        made.delete(key);
      }
    }
    last = items;
    let previous = made.get(items[head - 1]?.key)?.node ?? null;
    for (const { key, version, make } of changed) {
      const old = made.get(key);
      const stands = old && standing.values().next().value === old.node;
      if (old) standing.delete(old.node);
      let node = old?.node;
      if (!old || version.some((value, at) => value !== old.version[at])) {
        node = make(node);
        made.set(key, { node, version });
        if (old && old.node !== node) {
          const focused = old.node.contains(document.activeElement);
          place.replace(old.node, node);
          if (focused) (node.matches('[tabindex], a, button') ? node : node.querySelector('a, button'))?.focus();
        }
      }
      if (!stands) place.put(node, previous);
      previous = node;
    }
  };
}
