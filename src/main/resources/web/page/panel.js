/** A large dialog with tabs: the account, and what administrators look after. */
import { $, el, iconButton } from './dom.js';

/**
 * Opens it on its first tab. Each of `tabs` is { label, show(panel) }; `show` fills `panel.body`.
 */
export function openPanel(title, tabs) {
  const panel = new Panel(title, tabs);
  panel.open();
  return panel;
}

class Panel {
  body = el('div', { id: 'panel-body', class: 'panel-body', role: 'tabpanel', tabindex: '0' });
  #status = el('p', { class: 'panel-status', role: 'status' });
  #dialog = $('panel');
  #tabs;
  #buttons;

  constructor(title, tabs) {
    this.#tabs = tabs;
    this.#buttons = tabs.map(({ label }, at) =>
      el(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `panel-tab-${at}`,
          'aria-controls': 'panel-body',
          onclick: () => this.show(at),
        },
        label,
      ),
    );
    const bar = el('div', { class: 'panel-tabs', role: 'tablist', 'aria-label': title }, ...this.#buttons);
    bar.onkeydown = (e) => this.#key(e);
    bar.hidden = tabs.length < 2;
    this.#dialog.replaceChildren(
      el(
        'header',
        {},
        el('h2', { id: 'panel-title' }, title),
        iconButton('close', 'Close', () => this.close()),
      ),
      bar,
      this.#status,
      this.body,
    );
  }

  open() {
    this.#dialog.showModal();
    this.show(0);
    (this.#tabs.length > 1 ? this.#buttons[0] : this.body).focus();
  }

  close() {
    this.#dialog.close();
  }

  show(at) {
    this.#buttons.forEach((button, i) => {
      button.setAttribute('aria-selected', i === at);
      button.tabIndex = i === at ? 0 : -1;
    });
    this.#buttons[at].scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.body.setAttribute('aria-labelledby', `panel-tab-${at}`);
    this.body.replaceChildren();
    this.body.scrollTop = 0;
    this.say('');
    this.#tabs[at].show(this);
  }

  /** Tells how something went, to the eye and to a screen reader. */
  say(text, kind = 'good') {
    this.#status.className = `panel-status ${kind}`;
    this.#status.textContent = text;
  }

  /** Does what was asked for and says how it went; a refusal in the server's own words. False then. */
  async attempt(action, done = '') {
    try {
      await action();
      this.say(done);
      return true;
    } catch (error) {
      if (error.name !== 'FastRoomError') throw error;
      this.say(error.message, 'bad');
      return false;
    }
  }

  #key(e) {
    const at = this.#buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    const next = this.#buttons.at(to % this.#buttons.length);
    this.show(this.#buttons.indexOf(next));
    next.focus();
  }
}
