import type { ChannelCapabilities } from '../connectors/channel.js';
import { channelsInUse, ensureAccountPolls, ensurePolls } from '../store/polls.js';
import type { OrderDeps } from './deps.js';

/** Begins what is not begun yet of what is done again and again with vendors and accounts; says how much that was. */
export async function ensureAllPolls(deps: Pick<OrderDeps, 'pool' | 'links' | 'clock'>): Promise<number> {
  const now = deps.clock.now();
  const inUse = await channelsInUse(deps.pool);
  const channelsThat = (can: (capabilities: ChannelCapabilities) => boolean) =>
    inUse.filter((channel) => {
      const capabilities = deps.links.capabilities(channel);
      return capabilities !== null && can(capabilities);
    });
  const levels = channelsThat(({ duties }) => duties.some(({ kind }) => kind === 'report_stock'));
  const ofAccounts = { orders: channelsThat(({ poll }) => poll), levels };
  return (await ensurePolls(deps.pool, now)) + (await ensureAccountPolls(deps.pool, ofAccounts, now));
}
