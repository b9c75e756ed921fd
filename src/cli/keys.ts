import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { v7 } from 'uuid';
import { systemClock } from '../model/clock.js';
import { SCOPES, type Scope, systemViewer } from '../model/viewer.js';
import { type ApiKey, createApiKey, listApiKeys, revokeApiKey } from '../store/api-keys.js';
import type { Queryable } from '../store/database.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { dataOption, several, whole } from './options.js';
import { minute, printJson, printTable } from './print.js';

const DAY_MS = 86_400_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface CreateOptions extends PlaceOptions {
  readonly name: string;
  readonly scope: readonly string[];
  readonly account?: readonly string[];
  readonly vendor?: readonly string[];
  readonly expiresDays?: number;
  readonly json?: true;
}

/** `headgate keys`: whoever can reach the database may manage its keys. */
export function command(): Command {
  return new Command('keys')
    .description('make, list and revoke API keys')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

function createCommand(): Command {
  return new Command('create')
    .description('make a key and show it, this once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--scope <scope>', `what it may do: ${SCOPES.join(', ')}; may be repeated`, several)
    .option('--account <code>', 'only for this account; may be repeated', several)
    .option('--vendor <code>', 'only for this vendor; may be repeated', several)
    .option('--expires-days <days>', 'ends by itself after so many days', whole(1, 3_650))
    .option('--json', 'print as JSON')
    .addOption(dataOption())
    .action(async (options: CreateOptions) => {
      const { key, apiKey } = await withDatabase(options, (db) => create(db.pool, options));
      if (options.json) printJson({ key, ...apiKey });
      else {
        process.stdout.write(`${key}\n`);
        process.stderr.write(`key ${apiKey.id} (${apiKey.scopes.join(', ')}): keep it now, it is not shown again\n`);
      }
    });
}

async function create(db: Queryable, options: CreateOptions) {
  const scopes = options.scope.map((scope) => {
    const known = SCOPES.find((one) => one === scope);
    if (!known) throw new Error(`--scope: expected one of ${SCOPES.join(', ')}, got ${scope}`);
    return known;
  });
  const now = systemClock.now();
  return createApiKey(db, systemViewer('cli'), {
    id: v7(),
    name: options.name,
    scopes: [...new Set<Scope>(scopes)],
    accountIds: await idsOf(db, 'account', options.account),
    vendorIds: await idsOf(db, 'vendor', options.vendor),
    createdAt: now,
    expiresAt: options.expiresDays === undefined ? undefined : new Date(now.getTime() + options.expiresDays * DAY_MS),
    secret: randomBytes(32),
  });
}

/** The ids of these codes, or 'all' where none were given. */
async function idsOf(
  db: Queryable,
  table: 'account' | 'vendor',
  codes: readonly string[] | undefined,
): Promise<readonly number[] | 'all'> {
  if (codes === undefined) return 'all';
  const { rows } = await db.query<{ id: number; code: string }>(
    `SELECT id, code FROM ${table} ORDER BY code LIMIT 10000`,
  );
  return codes.map((code) => {
    const row = rows.find((one) => one.code === code);
    if (row) return row.id;
    const known = rows.slice(0, 20).map((one) => one.code);
    throw new Error(`--${table}: there is no ${table} ${code}; there are ${known.join(', ') || 'none'}`);
  });
}

function listCommand(): Command {
  return new Command('list')
    .description('list keys, newest first; the keys themselves are not kept')
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .action(async (options: PlaceOptions & { json?: true }) => {
      await withDatabase(options, async (db) => {
        const keys = await listApiKeys(db.pool, systemViewer('cli'), 1_000);
        if (options.json) {
          for (const key of keys) printJson(key);
          return;
        }
        const accounts = await codesOf(db.pool, 'account');
        const vendors = await codesOf(db.pool, 'vendor');
        printTable(
          ['id', 'name', 'begins', 'scopes', 'accounts', 'vendors', 'created', 'state'],
          keys.map((key) => [
            key.id,
            key.name,
            key.hint,
            key.scopes.join(', '),
            named(key.accountIds, accounts),
            named(key.vendorIds, vendors),
            minute(key.createdAt),
            stateOf(key),
          ]),
          'there are no keys: make one with headgate keys create',
        );
      });
    });
}

async function codesOf(db: Queryable, table: 'account' | 'vendor'): Promise<ReadonlyMap<number, string>> {
  const { rows } = await db.query<{ id: number; code: string }>(`SELECT id, code FROM ${table} LIMIT 10000`);
  return new Map(rows.map((row) => [row.id, row.code]));
}

function named(ids: readonly number[] | 'all', codes: ReadonlyMap<number, string>): string {
  return ids === 'all' ? 'all' : ids.map((id) => codes.get(id) ?? String(id)).join(', ');
}

function stateOf(key: ApiKey): string {
  if (key.revokedAt) return `revoked ${minute(key.revokedAt)}`;
  if (!key.expiresAt) return 'valid';
  return key.expiresAt <= systemClock.now() ? `expired ${minute(key.expiresAt)}` : `until ${minute(key.expiresAt)}`;
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description('end a key; open connections with it are closed within seconds')
    .argument('<id>', 'its id, as keys list shows it')
    .addOption(dataOption())
    .action(async (id: string, options: PlaceOptions) => {
      if (!UUID.test(id)) throw new Error(`expected the id of a key, as headgate keys list shows it, got ${id}`);
      await withDatabase(options, async (db) => {
        if (!(await revokeApiKey(db.pool, systemViewer('cli'), id, systemClock.now())))
          throw new Error(`there is no key ${id}: headgate keys list shows them`);
      });
      process.stdout.write(`revoked ${id}\n`);
    });
}
