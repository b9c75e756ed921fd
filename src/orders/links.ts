import type { ChannelCapabilities, ChannelConnector } from '../connectors/channel.js';
import type { ConnectorAccount, ConnectorManifest } from '../connectors/connector.js';
import type { VendorConnector } from '../connectors/vendor.js';
import { HeadgateError } from '../model/errors.js';
import { loadAccount } from '../store/accounts.js';
import type { Database } from '../store/database.js';
import type { SecretKeys } from '../store/secrets.js';
import { loadVendor } from '../store/vendors.js';
import type { Links } from './deps.js';

/** Where connectors are found by name; undefined where there is none. */
export interface ConnectorFinder {
  channel(name: string): ChannelConnector | undefined;
  vendor(name: string): VendorConnector | undefined;
}

/** Links accounts and vendors to their connectors, with settings and secrets checked against the connector's manifest. */
export function createLinks(from: {
  readonly pool: Database['pool'];
  readonly secretKeys: SecretKeys;
  readonly connectors: ConnectorFinder;
}): Links {
  const { pool, secretKeys, connectors } = from;
  return {
    async vendor(vendorId) {
      const vendor = await loadVendor(pool, secretKeys, { id: vendorId });
      if (vendor === null) throw new HeadgateError('VENDOR_NOT_FOUND', 'permanent', `there is no vendor ${vendorId}`);
      const connector = connectors.vendor(vendor.connector);
      if (connector === undefined) throw misconfigured('VENDOR', vendor.code, `no connector "${vendor.connector}"`);
      const account = checkedAccount('VENDOR', connector.manifest, vendor);
      return { vendorId, code: vendor.code, connector: connector.configured?.(account) ?? connector, account };
    },
    async channel(by) {
      const account = await loadAccount(pool, secretKeys, by);
      if (account === null) return null;
      const connector = connectors.channel(account.channel) ?? null;
      return {
        accountId: account.id,
        code: account.code,
        paused: account.status === 'paused',
        connector,
        account:
          connector === null
            ? { code: account.code, settings: {}, secrets: {} }
            : checkedAccount('ACCOUNT', connector.manifest, account),
      };
    },
    capabilities({ channel, settings }) {
      const connector = connectors.channel(channel);
      if (connector === undefined) return null;
      // Settings that do not fit leave nothing out: whatever is done with the account then says what is wrong with them.
      const read = connector.manifest.settings.safeParse(settings ?? {});
      return read.success ? capabilitiesWith(connector, read.data) : connector.capabilities;
    },
  };
}

/**
 * The account of a connector, its settings and secrets as the manifest reads them.
 *
 * Errors: HeadgateError VENDOR_, ACCOUNT_ or CARRIER_MISCONFIGURED, class `permanent`, which shows no value.
 */
export function checkedAccount(
  what: 'VENDOR' | 'ACCOUNT' | 'CARRIER',
  manifest: ConnectorManifest,
  record: { readonly code: string; readonly settings: unknown; readonly secrets: unknown },
): ConnectorAccount {
  const settings = manifest.settings.safeParse(record.settings ?? {});
  const secrets = manifest.secrets.safeParse(record.secrets ?? {});
  if (settings.success && secrets.success) return { code: record.code, settings: settings.data, secrets: secrets.data };
  // Settings are no secrets, so what is wrong with them is said; of secrets paths only: a message could show one.
  const faults = [
    ...(settings.error?.issues ?? []).map(({ path, message }) => `${placeOf(path)} (${message})`),
    ...(secrets.error?.issues ?? []).map(({ path }) => placeOf(path)),
  ];
  throw misconfigured(what, record.code, `see ${faults.join(', ').slice(0, FAULTS_LENGTH_MAX)}`);
}

/** What an account's connector can do with its settings. Pure. */
export function capabilitiesWith(connector: ChannelConnector, settings: unknown): ChannelCapabilities {
  return connector.capabilitiesOf?.(settings) ?? connector.capabilities;
}

const FAULTS_LENGTH_MAX = 2_000;
const placeOf = (path: readonly PropertyKey[]) => path.map(String).join('.') || '(all)';

function misconfigured(what: 'VENDOR' | 'ACCOUNT' | 'CARRIER', code: string, why: string): HeadgateError {
  const message = `the settings of ${what.toLowerCase()} ${code} do not fit its connector: ${why}`;
  return new HeadgateError(`${what}_MISCONFIGURED`, 'permanent', message);
}
