/** A forgotten password: asks for a letter, or, come to by its link, for the new one. */
import { hasPasswords } from './dom.js';
import { onSend, show, takeToken } from './letters.js';

const token = takeToken();

onSend('forgot', '/password/forgot', ({ email }) => ({ email: email.trim() }), () => show('sent'));
onSend(
  'choose',
  '/password/reset',
  ({ password }) => ({ token, password }),
  () => show('saved'),
  () => show('expired'),
);
// A link that is opened where the page is open already.
onhashchange = () => location.reload();
show(!hasPasswords() ? 'none' : token ? 'choose' : 'forgot');
