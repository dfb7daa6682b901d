/** Where the page begins: the rooms of this window's account, or the first page; who sees that one fetches no rooms yet. */
import { accountOfWindow } from './page/accounts.js';
import { withPart } from './page/overlay.js';
import { showWelcome } from './page/welcome.js';

const enter = (username) =>
  withPart(
    () => import('./app.js'),
    ({ start }) => start(username),
  );

const account = accountOfWindow();
if (account) enter(account);
else showWelcome(enter);
