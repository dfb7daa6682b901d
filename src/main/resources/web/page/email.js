/** An e-mail address is confirmed, by a press of a button: programs that look into letters follow links, too. */
import { onSend, show, takeToken } from './letters.js';

const token = takeToken();

onSend(
  'confirm',
  '/email/verify',
  () => ({ token }),
  () => show('confirmed'),
  () => show('expired'),
);
onhashchange = () => location.reload();
show(token ? 'confirm' : 'expired');
