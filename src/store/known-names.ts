import type { Queryable } from './database.js';

/** More codes of one kind are not compared. */
const NAMES_MAX = 100_000;

/** The codes that rules may name, by kind. */
export async function loadKnownNames(
  db: Queryable,
): Promise<
  Readonly<Record<'vendors' | 'nodes' | 'carriers' | 'services' | 'accounts' | 'channels', ReadonlySet<string>>>
> {
  const names = async (query: string): Promise<ReadonlySet<string>> => {
    const { rows } = await db.query<{ name: string }>(`${query} LIMIT ${NAMES_MAX}`);
    return new Set(rows.map(({ name }) => name));
  };
  return {
    vendors: await names('SELECT code AS name FROM vendor'),
    nodes: await names('SELECT code AS name FROM node'),
    carriers: await names('SELECT DISTINCT carrier AS name FROM carrier_service'),
    services: await names('SELECT code AS name FROM carrier_service'),
    accounts: await names('SELECT code AS name FROM account'),
    channels: await names('SELECT DISTINCT channel AS name FROM account'),
  };
}
