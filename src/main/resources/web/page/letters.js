/** What the pages share that links in letters lead to. */

const section = (id) => document.getElementById(id);

/** The token behind the #, which is taken out of the address and so out of the history; null when there is none. */
export function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) history.replaceState(null, '', location.pathname);
  return token;
}

/** Shows one section; what was there before is gone. */
export function show(id) {
  for (const each of document.querySelectorAll('.letter > section')) each.hidden = each.id !== id;
  const title = section(id).querySelector('h1');
  document.title = `${title.textContent} · FastRoom`;
  (section(id).querySelector('input') ?? title).focus();
}

/**
 * Sends a section's form: `body` makes what is sent to `path` of its fields, `done` is called when it was taken, and
 * `expired` when the link is not good any more.
 */
export function onSend(id, path, body, done, expired) {
  const form = section(id).querySelector('form');
  const button = form.querySelector('button');
  form.onsubmit = async (event) => {
    event.preventDefault();
    tell(form, [], '');
    button.disabled = true;
    try {
      const answer = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body(Object.fromEntries(new FormData(form)))),
      });
      if (answer.ok) return done();
      const problem = await answer.json().catch(() => ({}));
      if (problem.code === 'link_expired') return expired();
      const words = problem.code === 'mail_unavailable' ? 'No mail is sent here now. Ask whoever runs this site.' : problem.detail;
      tell(form, problem.errors ?? [], words ?? `The server answered ${answer.status}.`);
    } catch {
      tell(form, [], 'The server cannot be reached. Try again in a moment.');
    } finally {
      button.disabled = false;
    }
  };
}

/** What is wrong with a field stands beside it, the rest below the form. */
function tell(form, errors, otherwise) {
  let told = false;
  for (const input of form.querySelectorAll('input')) {
    const wrong = errors.find(({ pointer }) => pointer === `/${input.name}`);
    const line = form.querySelector(`#${input.id}-error`);
    line.textContent = wrong?.detail ?? '';
    line.hidden = !wrong;
    input.setAttribute('aria-invalid', Boolean(wrong));
    if (wrong && !told) input.focus();
    told ||= Boolean(wrong);
  }
  const line = form.querySelector('.form-error');
  line.textContent = told ? '' : otherwise;
  line.hidden = told || !otherwise;
}
