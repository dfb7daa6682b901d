/** What administrators look after: accounts, rooms, invites, and the trail of what was done. */
import { showAccounts } from './admin-accounts.js';
import { showInvites } from './admin-invites.js';
import { showRooms } from './admin-rooms.js';
import { showAudit } from './audit.js';
import { openPanel } from './panel.js';
import { showWebhooks } from './webhooks.js';

export function openAdministration({ client }) {
  openPanel('Administration', [
    { label: 'Accounts', show: (panel) => showAccounts(panel, client) },
    { label: 'Rooms', show: (panel) => showRooms(panel, client.admin) },
    { label: 'Invites', show: (panel) => showInvites(panel, client.admin) },
    {
      label: 'Webhooks',
      show: (panel) => showWebhooks(panel, client.admin.webhooks, 'Every event of every room is sent to them.'),
    },
    { label: 'Audit', show: (panel) => showAudit(panel, (page) => client.admin.listAudit(page)) },
  ]);
}
