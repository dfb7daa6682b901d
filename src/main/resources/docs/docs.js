/** What /docs has beside the REST API: the socket's document and the quick starts as text, and the console. */
import { protocol } from './asyncapi.js';
import { startConsole } from './console.js';
import { markdown } from './markdown.js';

const $ = (id) => document.getElementById(id);

async function read(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} is answered by ${response.status}`);
  return response;
}

async function show(id, path, render) {
  try {
    $(id).replaceChildren(await render(await read(path)));
  } catch (error) {
    $(id).textContent = `This part cannot be shown: ${error.message}`;
  }
}

const tryFrame = startConsole();
await Promise.all([
  show('protocol', '/asyncapi.json', async (response) => protocol(await response.json(), tryFrame)),
  show('quickstart', '/docs/quickstart.md', async (response) => markdown(await response.text())),
]);
if (window.linkedTo) {
  // When nothing above it moves it any more.
  await window.restShown;
  await new Promise(requestAnimationFrame);
  location.replace(window.linkedTo);
  document.querySelector(window.linkedTo)?.scrollIntoView();
}
