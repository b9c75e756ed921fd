/** Subscribers of the gateway, in a process of their own: answers each message of its parent (`startWatchers`), ends with it. */
import { type Watch, type Watchers, watchStock } from './stock-watchers.js';

let watchers: Watchers | undefined;

process.on('message', async (message: Watch | 'look') => {
  if (message === 'look') {
    process.send?.(await watchers?.look());
    return;
  }
  watchers = await watchStock(message);
  process.send?.('ready');
});
process.on('disconnect', () => process.exit());
