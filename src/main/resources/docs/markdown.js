/**
 * Markdown of our own documents as elements: headings, paragraphs, lists, tables, code, emphasis and links. Text becomes
 * text nodes only; what is not one of these stays as it is written.
 */
import { el } from '/page/dom.js';

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)|<(https?:[^>\s]+)>/;
/** Other files of the source are not served. */
const SERVED = /^(https?:|\/|#)/;

export const anchor = (text) =>
  text.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').trim().replaceAll(' ', '-');

/** The nodes of a line. */
export function inline(text) {
  const nodes = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    const [all, code, bold, label, target, url] = found;
    nodes.push(rest.slice(0, found.index));
    if (code !== undefined) nodes.push(el('code', {}, code));
    else if (bold !== undefined) nodes.push(el('strong', {}, ...inline(bold)));
    else if (url !== undefined) nodes.push(el('a', { href: url }, url));
    else nodes.push(SERVED.test(target) ? el('a', { href: target }, ...inline(label)) : el('span', {}, ...inline(label)));
    rest = rest.slice(found.index + all.length);
  }
  return [...nodes, rest].filter((node) => node !== '');
}

function cells(line) {
  // A bar within code is none between cells.
  const parts = line.trim().replace(/^\|/, '').replace(/\|$/, '').match(/(?:`[^`]*`|\\\||[^|])*(?:\||$)/g) ?? [];
  return parts.filter((part, at) => part !== '' || at < parts.length - 1)
    .map((part) => part.replace(/\|$/, '').replaceAll('\\|', '|').trim());
}

function table(lines) {
  const row = (line, tag) => el('tr', {}, ...cells(line).map((cell) => el(tag, {}, ...inline(cell))));
  const [head, , ...body] = lines;
  const titled = cells(head).some((cell) => cell !== '');
  return el('div', { class: 'scroll' }, el('table', {},
    titled ? el('thead', {}, row(head, 'th')) : null, el('tbody', {}, ...body.map((line) => row(line, 'td')))));
}

/** What a block begins with, and how many of the lines are its own. */
function block(lines) {
  const [first] = lines;
  const fence = /^```(\w*)/.exec(first);
  const heading = /^(#{1,4}) (.*)/.exec(first);
  if (fence) {
    const end = lines.indexOf('```', 1);
    const code = lines.slice(1, end < 0 ? lines.length : end).join('\n');
    return [el('pre', { 'data-language': fence[1], tabindex: '0' }, el('code', {}, code)), end < 0 ? lines.length : end + 1];
  }
  if (heading) {
    return [el(`h${Math.min(6, heading[1].length + 1)}`, { id: anchor(heading[2]) }, ...inline(heading[2])), 1];
  }
  const rest = lines.findIndex((line, at) => at > 0 && (line.trim() === '' || /^(```|#{1,4} )/.test(line)));
  const own = lines.slice(0, rest < 0 ? lines.length : rest);
  if (first.startsWith('|')) return [table(own), own.length];
  if (first.startsWith('- ')) {
    const items = own.join('\n').split(/^- /m).slice(1).map((item) => item.replaceAll(/\s*\n\s*/g, ' ').trim());
    return [el('ul', {}, ...items.map((item) => el('li', {}, ...inline(item)))), own.length];
  }
  return [el('p', {}, ...inline(own.join(' '))), own.length];
}

export function markdown(text) {
  const all = document.createDocumentFragment();
  let lines = text.split('\n');
  while (lines.length > 0) {
    if (lines[0].trim() === '') {
      lines = lines.slice(1);
      continue;
    }
    const [element, used] = block(lines);
    all.append(element);
    lines = lines.slice(used);
  }
  return all;
}
