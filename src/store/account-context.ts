import type { Queryable } from './database.js';

/** What rules and the decision's record need of an account and of the moment. */
export interface AccountContext {
  readonly account: string;
  readonly channel: string;
  /** Of the rules in force; 0: none were ever published. */
  readonly ruleVersion: number;
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
  const { rows } = await db.query<AccountContext>({
    name: 'account-context',
    text: `SELECT code AS account, channel, COALESCE((SELECT version FROM rule_publication ORDER BY id DESC LIMIT 1), 0) AS "ruleVersion"
     FROM account WHERE id = $1`,
    values: [accountId],
  });
  const [found] = rows;
  if (!found) throw new Error(`expected account ${accountId}`);
  return found;
}
