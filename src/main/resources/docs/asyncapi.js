/** The socket's document as text: every message with its fields and an example. */
import { el } from '/page/dom.js';
import { inline, markdown } from './markdown.js';

const nameOf = (reference) => reference.split('/').at(-1);

/** What a reference leads to, within the document. */
function resolve(document, schema) {
  if (!schema?.$ref) return schema ?? {};
  const { $ref: reference, ...beside } = schema;
  const target = reference.split('/').slice(1)
    .reduce((at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  return { ...resolve(document, target), ...beside };
}

/** The message whose payload is referred to is named by its type. */
function linkTo(document, reference) {
  const [, , kind, key] = reference.split('/');
  return kind === 'messages' ? el('a', { href: `#message-${key}` }, document.components.messages[key].name ?? key)
    : el('a', { href: `#shape-${key}` }, key);
}

/** A schema that has a part of the page to itself. */
const isShape = (document, reference) => reference.startsWith('#/components/messages/')
  || resolve(document, { $ref: reference }).type === 'object';

/** What a field may hold, as nodes. */
function kindOf(document, schema) {
  if (schema.$ref && isShape(document, schema.$ref)) return [linkTo(document, schema.$ref)];
  const whole = resolve(document, schema);
  if (whole.const !== undefined) return [el('code', {}, JSON.stringify(whole.const))];
  if (whole.enum) return whole.enum.flatMap((value, at) => [at ? ', ' : '', el('code', {}, JSON.stringify(value))]);
  if (whole.oneOf) return whole.oneOf.flatMap((one, at) => [at ? ' or ' : '', ...kindOf(document, one)]);
  if (whole.type === 'array') return ['array of ', ...kindOf(document, whole.items)];
  return [[whole.type].flat().join(' or ')];
}

function limits({ minLength, maxLength, minimum, maximum, maxItems, format }) {
  const said = [];
  if (format && format !== 'int64') said.push(format);
  if (minLength !== undefined || maxLength !== undefined) said.push(`${minLength ?? 0} to ${maxLength ?? '∞'} characters`);
  if (minimum !== undefined) said.push(maximum === undefined ? `from ${minimum}` : `${minimum} to ${maximum}`);
  if (maxItems !== undefined) said.push(`up to ${maxItems}`);
  return said.length ? ` (${said.join(', ')})` : '';
}

function rows(document, schema, prefix) {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const whole = resolve(document, field);
    const nested = whole.type === 'object' && !field.$ref ? whole
      : whole.type === 'array' && whole.items?.type === 'object' ? whole.items : null;
    const required = schema.required?.includes(name);
    const row = el('tr', {},
      el('td', {}, el('code', {}, prefix + name), required ? null : el('small', {}, ' optional')),
      el('td', {}, ...kindOf(document, field), limits(whole)),
      el('td', {}, ...inline((whole.description ?? '').replaceAll(/\s*\n\s*/g, ' ').trim())));
    return nested ? [row, ...rows(document, nested, `${prefix}${name}${whole.type === 'array' ? '[]' : ''}.`)] : [row];
  });
}

function fields(document, schema) {
  const head = ['field', 'value', ''].map((title) => el('th', { scope: 'col' }, title));
  return el('div', { class: 'scroll' },
    el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows(document, schema, ''))));
}

/** @param tryFrame takes an example to the console, null for what only the server sends */
function message(document, key, tryFrame) {
  const { name = key, summary = '', description = '', payload, examples = [] } = document.components.messages[key];
  return el('article', { id: `message-${key}`, class: 'message' },
    el('h4', {}, el('code', {}, name), ' ', el('span', {}, summary)),
    markdown(description), fields(document, payload),
    ...examples.flatMap((example) => [
      el('pre', { tabindex: '0' }, el('code', {}, JSON.stringify(example.payload, null, 1).replaceAll(/\n\s*/g, ' '))),
      tryFrame ? el('button', { type: 'button', class: 'try', onclick: () => tryFrame(example.payload),
        'aria-label': `Take ${name} to the console` }, 'Take to the console') : null,
    ]));
}

function shape(document, key) {
  const schema = document.components.schemas[key];
  return el('article', { id: `shape-${key}`, class: 'message' }, el('h4', {}, el('code', {}, key)),
    markdown(schema.description ?? ''), fields(document, schema));
}

export function protocol(document, tryFrame) {
  const operations = Object.entries(document.operations).map(([id, { action, summary, messages }]) => ({
    id: `operation-${id}`, summary, fromClient: action === 'receive', keys: messages.map(({ $ref }) => nameOf($ref)),
  }));
  const shapes = Object.keys(document.components.schemas)
    .filter((key) => isShape(document, `#/components/schemas/${key}`));
  const contents = operations.map(({ summary, keys }) => el('p', {}, `${summary}: `, ...keys.flatMap((key, at) => [
    at ? ', ' : '', el('a', { href: `#message-${key}` }, document.components.messages[key].name ?? key),
  ])));
  const all = new DocumentFragment();
  all.append(markdown(document.info.description), el('div', { class: 'contents' }, ...contents));
  for (const { id, summary, fromClient, keys } of operations) {
    all.append(el('h3', { id }, summary), ...keys.map((key) => message(document, key, fromClient ? tryFrame : null)));
  }
  all.append(el('h3', { id: 'shapes' }, 'What frames are made of'), ...shapes.map((key) => shape(document, key)));
  return all;
}
