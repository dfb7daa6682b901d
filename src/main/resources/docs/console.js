/**
 * A socket to try the protocol with. Password and token live in this page alone: they are in no storage, no address and
 * no cookie, and the fields are emptied once they have been used.
 */
import { el } from '/page/dom.js';

const MOST = 500;
const $ = (id) => document.getElementById(id);

let socket = null;
let token = null;

function log(direction, text, kind = '') {
  const list = $('console-log');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.append(el('li', { class: `${direction} ${kind}` },
    el('span', { class: 'way', 'aria-label': { in: 'received', out: 'sent', note: 'note' }[direction] },
      { in: '←', out: '→', note: '·' }[direction]),
    el('code', {}, text)));
  if (list.children.length > MOST) list.firstChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function state(text, open) {
  $('console-state').textContent = text;
  $('console-state').classList.toggle('open', open);
  for (const button of document.querySelectorAll('#console-join button, #console-chat button, #console-raw button')) {
    button.disabled = !open;
  }
  $('console-close').disabled = !socket;
}

function send(frame) {
  if (socket?.readyState !== WebSocket.OPEN) return;
  const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
  socket.send(text);
  // A token in a frame is no business of whoever looks at the screen.
  log('out', text.replace(/("access_token"\s*:\s*")[^"]*/, '$1…'));
}

/** Answers null, with the reason in the log, when it was refused. */
async function call(path, options) {
  log('note', `${options.method} ${path}`);
  try {
    const response = await fetch(path, options);
    const text = await response.text();
    const answer = text ? JSON.parse(text) : {};
    if (response.ok) return answer;
    log('note', `${response.status} ${answer.detail ?? answer.title ?? ''}`, 'bad');
  } catch (error) {
    log('note', error.message, 'bad');
  }
  return null;
}

const json = (body) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
  body: JSON.stringify(body),
});

function disconnect() {
  const old = socket;
  socket = null;
  token = null;
  old?.close(1000);
  state('Not connected', false);
}

function connect() {
  const url = new URL('/ws', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const mine = new WebSocket(url, ['bearer', token]);
  socket = mine;
  state('Connecting…', false);
  mine.addEventListener('open', () => mine === socket && state('Connected', true));
  mine.addEventListener('message', ({ data }) => log('in', data, JSON.parse(data).type === 'error' ? 'bad' : ''));
  mine.addEventListener('close', ({ code, reason }) => {
    log('note', `closed with ${code}${reason ? `, ${reason}` : ''}`, code === 1000 ? '' : 'bad');
    if (mine === socket) disconnect();
  });
}

function credentials() {
  return { username: $('console-username').value.trim(), password: $('console-password').value };
}

async function signIn() {
  disconnect();
  const given = $('console-token').value.trim();
  const pair = given ? { access_token: given }
    : await call('/token', { method: 'POST', body: new URLSearchParams(credentials()) });
  $('console-password').value = '';
  $('console-token').value = '';
  if (!pair) return;
  token = pair.access_token;
  connect();
}

async function register() {
  const { password } = credentials();
  if (!(await call('/register', json(credentials())))) return;
  $('console-password').value = password;
  await signIn();
}

function onSubmit(id, action) {
  $(id).addEventListener('submit', (event) => {
    event.preventDefault();
    action();
  });
}

/** @return what puts a frame before the reader, to be sent */
export function startConsole() {
  onSubmit('console-login', signIn);
  onSubmit('console-join', () => send({ type: 'join', room: $('console-room').value }));
  onSubmit('console-chat', () => {
    send({ type: 'chat', room: $('console-room').value, message: $('console-message').value });
    $('console-message').value = '';
  });
  onSubmit('console-raw', () => send($('console-frame').value));
  $('console-register').addEventListener('click', register);
  $('console-create').addEventListener('click', async () => {
    if (await call('/rooms', json({ name: $('console-room').value }))) {
      send({ type: 'join', room: $('console-room').value });
    }
  });
  $('console-close').addEventListener('click', disconnect);
  $('console-clear').addEventListener('click', () => $('console-log').replaceChildren());
  return (frame) => {
    $('console-frame').value = JSON.stringify(frame);
    $('console-raw').scrollIntoView({ block: 'center' });
    $('console-frame').focus();
  };
}
