import type { CarrierConnector } from '../connectors/carrier.js';
import type { Clock } from '../model/clock.js';
import { HeadgateError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import { listCarriers, loadCarrier } from '../store/carriers.js';
import type { Pool } from '../store/database.js';
import type { SecretKeys } from '../store/secrets.js';
import { checkedAccount } from './links.js';
import type { LiveCarrier } from './live-rates.js';

/** What is older is read again. */
const FRESH_MS = 10_000;

/** The carriers that are configured to be asked live. */
export interface LiveCarriers {
  /** As of at most ten seconds ago. Errors: none; where they cannot be read, what is known stays. */
  current(): Promise<readonly LiveCarrier[]>;
  /** Reads them now. Errors: none. */
  refresh(): Promise<void>;
}

/**
 * Reads the carriers that are configured, with their connectors. One whose settings do not fit, or whose secrets cannot be opened, is not
 * asked; the log says so when it begins.
 */
export function createLiveCarriers(from: {
  readonly pool: Pool;
  readonly secretKeys: SecretKeys;
  readonly connectors: { carrier(name: string): CarrierConnector | undefined };
  readonly clock: Clock;
  readonly log: Log;
}): LiveCarriers {
  const { pool, secretKeys, connectors, clock, log } = from;
  let known: readonly LiveCarrier[] = [];
  let faults: ReadonlyMap<string, string> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function link(code: string): Promise<LiveCarrier | null> {
    const carrier = await loadCarrier(pool, secretKeys, code);
    if (carrier === null) return null;
    const connector = connectors.carrier(carrier.connector);
    if (connector === undefined) {
      const message = `no connector "${carrier.connector}"`;
      throw new HeadgateError('CARRIER_MISCONFIGURED', 'permanent', message);
    }
    const account = checkedAccount('CARRIER', connector.manifest, carrier);
    return { connector, account, deadlineMs: carrier.deadlineMs };
  }
  async function read(): Promise<void> {
    const found: LiveCarrier[] = [];
    const failed = new Map<string, string>();
    for (const { code } of await listCarriers(pool)) {
      try {
        const carrier = await link(code);
        if (carrier) found.push(carrier);
      } catch (error) {
        failed.set(code, String(error));
        if (faults.get(code) !== String(error))
          log.error({ carrier: code, error: String(error) }, 'a carrier cannot be asked for rates');
      }
    }
    [known, faults] = [found, failed];
  }
  const refresh = () => {
    readAt = clock.now().getTime();
    reading ??= read()
      .catch((error: unknown) => log.error({ error: String(error) }, 'cannot read which carriers are asked for rates'))
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  return {
    async current() {
      if (clock.now().getTime() - readAt >= FRESH_MS) await refresh();
      return known;
    },
    refresh,
  };
}
