import type { ChannelCapabilities } from '../connectors/channel.js';
import { activeAccounts, ensureAccountPolls, ensurePolls } from '../store/polls.js';
import type { OrderDeps } from './deps.js';

/** Begins what is not begun yet of what is done again and again with vendors and accounts; says how much that was. */
export async function ensureAllPolls(deps: Pick<OrderDeps, 'pool' | 'links' | 'clock'>): Promise<number> {
  const now = deps.clock.now();
  const active = await activeAccounts(deps.pool);
  const accountsThat = (can: (capabilities: ChannelCapabilities) => boolean) =>
    active.flatMap((account) => {
      const capabilities = deps.links.capabilities(account);
      return capabilities !== null && can(capabilities) ? [account.id] : [];
    });
  const levels = accountsThat(({ duties }) => duties.some(({ kind }) => kind === 'report_stock'));
  const ofAccounts = { orders: accountsThat(({ poll }) => poll), levels };
  return (await ensurePolls(deps.pool, now)) + (await ensureAccountPolls(deps.pool, ofAccounts, now));
}
