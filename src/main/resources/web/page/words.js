/**
 * What a text is made of: words, mentions, links and code. Texts are hostile: each of these passes looks at a character a
 * bounded number of times, whatever stands there.
 */

const RUNS = /`+|\n/g;
const FENCE = 3;
/** The language of a block, which is said on the line of its fence. */
const LANGUAGE = /^[\w+#.-]{0,20}\n/;
/** A link ends where no link goes on: at spaces, quotes, signs of other scripts, and what turns the direction of letters. */
const LINK = /\bhttps?:\/\/[^\s<>"`{}|\\^，。、；：！？「」『』【】《》〈〉（）\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gi;
/** What belongs to the sentence rather than to the link that it ends with. */
const ENDS = new Set('.,;:!?\'*_~…’”»');
const BRACKETS = { ')': '(', ']': '[' };
const NAME = /[a-z0-9_.]*/iy;
const SHORTEST = 3;
const LONGEST = 32;
const LETTER = /[\p{L}\p{M}\p{N}@]/u;
/** Scripts that write no spaces between words. */
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * The pieces of a text, in order: { kind, text } with `kind` one of `text`, `code`, `block`, `link` (with `href`) and
 * `mention` (with `user`). `mentions` are those whom the server says it mentions.
 */
export function piecesOf(text, mentions = []) {
  const pieces = [];
  let end = 0;
  for (const { kind, from, to, text: code } of codesIn(text)) {
    linked(text.slice(end, from), mentions, pieces);
    pieces.push({ kind, text: code });
    end = to;
  }
  linked(text.slice(end), mentions, pieces);
  return pieces;
}

/** Code between backticks: one or two within a line, three and more around a block. Each is ended by as many. */
function codesIn(text) {
  const runs = runsIn(text);
  const codes = [];
  for (let at = 0; at < runs.length; at++) {
    const close = runs[at].length < FENCE ? closeInLine(runs, at) : closeOfBlock(runs, at);
    if (close < 0) continue;
    const code = codeOf(text, runs[at], runs[close]);
    if (!code) continue;
    codes.push(code);
    at = close;
  }
  return codes;
}

function runsIn(text) {
  const runs = [];
  let line = 0;
  for (const { 0: found, index } of text.matchAll(RUNS)) {
    if (found === '\n') line++;
    else runs.push({ index, length: found.length, line });
  }
  return runs;
}

function closeOfBlock(runs, at) {
  // Only the last fence has no other one behind it: no more than one search is in vain.
  for (let i = at + 1; i < runs.length; i++) if (runs[i].length >= FENCE) return i;
  return -1;
}

function closeInLine(runs, at) {
  const { line, length } = runs[at];
  for (let i = at + 1; i < runs.length && runs[i].line === line; i++) if (runs[i].length === length) return i;
  return -1;
}

function codeOf(text, open, close) {
  const [from, to] = [open.index, close.index + close.length];
  const inside = text.slice(from + open.length, close.index);
  if (inside.trim() === '') return null;
  if (open.length < FENCE) return { kind: 'code', from, to, text: inside };
  const block = inside.replace(LANGUAGE, '').replace(/\n$/, '');
  // The block stands on lines of its own: those that end at its fences are not wanted twice.
  const before = text[from - 1] === '\n' ? from - 1 : from;
  const after = text[to] === '\n' ? to + 1 : to;
  return { kind: 'block', from: before, to: after, text: block || inside };
}

function linked(text, mentions, pieces) {
  let end = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const link = trimmed(found);
    const href = addressOf(link);
    if (href === null) continue;
    mentioned(text.slice(end, index), mentions, pieces);
    pieces.push({ kind: 'link', text: link, href });
    end = index + link.length;
  }
  mentioned(text.slice(end), mentions, pieces);
}

/** Without the punctuation of the sentence around it; a bracket stays if its other half is in the link. */
function trimmed(link) {
  const count = { '(': 0, ')': 0, '[': 0, ']': 0 };
  for (const c of link) if (c in count) count[c]++;
  let end = link.length;
  for (; end > 0; end--) {
    const c = link[end - 1];
    if (ENDS.has(c)) continue;
    const other = BRACKETS[c];
    if (!other || count[c] <= count[other]) break;
    count[c]--;
  }
  return link.slice(0, end);
}

function addressOf(link) {
  try {
    const { protocol, hostname, href } = new URL(link);
    return (protocol === 'https:' || protocol === 'http:') && hostname ? href : null;
  } catch {
    return null;
  }
}

function mentioned(text, mentions, pieces) {
  let end = 0;
  for (let at = text.indexOf('@'); at >= 0 && mentions.length > 0; at = text.indexOf('@', at + 1)) {
    const name = nameAt(text, at);
    const user = name?.replace(/^_+/, '').toLowerCase();
    if (!mentions.includes(user)) continue;
    plain(text.slice(end, at), pieces);
    end = at + 1 + name.length;
    pieces.push({ kind: 'mention', text: text.slice(at, end), user });
  }
  plain(text.slice(end), pieces);
}

/** What is named by the @ at this place as the server reads it, null when it is within a word. */
function nameAt(text, at) {
  if (at > 0 && goesOn(text.slice(Math.max(0, at - 2), at))) return null;
  NAME.lastIndex = at + 1;
  const [name] = NAME.exec(text);
  const after = at + 1 + name.length;
  if (after < text.length && goesOn(String.fromCodePoint(text.codePointAt(after)))) return null;
  let length = name.length;
  while (length > 0 && '._'.includes(name[length - 1])) length--;
  return length < SHORTEST || length > 2 * LONGEST ? null : name.slice(0, length);
}

/** Whether a word goes on beyond the last character of what stands beside. */
function goesOn(beside) {
  const last = [...beside].at(-1);
  return LETTER.test(last) && !WITHOUT_SPACES.test(last);
}

function plain(text, pieces) {
  if (text !== '') pieces.push({ kind: 'text', text });
}

/** Whether what is written at the end of this text is code, as far as it goes. */
export function endsInCode(text) {
  const fences = text.split('```');
  return fences.length % 2 === 0 || fences.at(-1).slice(fences.at(-1).lastIndexOf('\n') + 1).split('`').length % 2 === 0;
}
