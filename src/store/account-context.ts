import type { Queryable } from './database.js';

/** What rules and the decision's record need of an account and of the moment. */
export interface AccountContext {
  readonly account: string;
  readonly channel: string;
  /** Of the rules in force; 0: none were ever published. */
  readonly ruleVersion: number;
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
