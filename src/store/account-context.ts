import type { RulesInForce } from '../model/rules-in-force.js';
import type { Queryable } from './database.js';
import { RULES_IN_FORCE } from './rule-sets.js';

/** What rules and the decision's record need of an account and of the moment. */
export interface AccountContext {
  readonly account: string;
  readonly channel: string;
  readonly rules: RulesInForce;
}

/** An account as whose shop something is asked. */
export interface AskingAccount {
  readonly id: number;
  readonly code: string;
  readonly currency: string;
}

/** By id or code; null where there is none that is active. */
export async function findAskingAccount(
  db: Queryable,
  by: { readonly id: number } | { readonly code: string },
): Promise<AskingAccount | null> {
  const { rows } = await db.query<AskingAccount>({
    name: 'asking-account',
    text: "SELECT id, code, currency FROM account WHERE (id = $1::integer OR code = $2::text) AND status = 'active'",
    values: 'id' in by ? [by.id, null] : [null, by.code],
  });
  return rows[0] ?? null;
}

/** In one statement. Errors: where there is no such account. */
export async function loadAccountContext(db: Queryable, accountId: number): Promise<AccountContext> {
  const { rows } = await db.query<Pick<AccountContext, 'account' | 'channel'> & RulesInForce>({
    name: 'account-context',
    text: `SELECT code AS account, channel, ${RULES_IN_FORCE} FROM account WHERE id = $1`,
    values: [accountId],
  });
  const [found] = rows;
  if (!found) throw new Error(`expected account ${accountId}`);
  const { account, channel, version, trial } = found;
  return { account, channel, rules: { version, trial } };
}
