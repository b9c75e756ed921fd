import type { Pool } from '../../src/store/database.js';

/** The product with one rule of its stock broken: texts in a function of the database become others. */
export interface Mutant {
  readonly breaks: string;
  readonly of: 'commit_plans' | 'apply_report_rows' | 'set_nothing_more' | 'refresh_buffers' | 'apply_stock_chunk';
  readonly edits: readonly (readonly [is: string, becomes: string])[];
  /** It shows only where two things happen at once, which lives, one step after another, never come to: in `figures-outlast.ts`. */
  readonly atOnce?: true;
}

/** Each breaks another promise of docs/stock.md. */
export const MUTANTS: readonly Mutant[] = [
  {
    breaks: 'a plan takes one unit more than there is',
    of: 'commit_plans',
    edits: [['others > remaining[slot] THEN', 'others > remaining[slot] + 1 THEN']],
  },
  {
    breaks: 'plans of one batch do not see what those before them took, and neither does the check of each reservation',
    of: 'commit_plans',
    edits: [
      ['remaining[plan.keys[i]] - plan.nets[i]', 'remaining[plan.keys[i]]'],
      ['greatest(0, key.start - COALESCE', 'greatest(0, key.start - 0 * COALESCE'],
    ],
  },
  {
    breaks: 'a batch is taken whole though there is one unit too few for it',
    of: 'commit_plans',
    edits: [['wanted.units > there.free', 'wanted.units > there.free + 1']],
  },
  {
    breaks: 'a batch is taken whole though an order in it went on meanwhile',
    of: 'commit_plans',
    edits: [['v.is_now IS DISTINCT FROM v.expected', 'v.is_now IS NULL']],
  },
  {
    breaks: 'an order that went on meanwhile is changed all the same',
    of: 'commit_plans',
    edits: [['plan.version IS DISTINCT FROM plan.expected_version', 'plan.version IS NULL']],
  },
  {
    breaks: 'a release is not in the ledger',
    of: 'commit_plans',
    edits: [
      ["FROM moved m WHERE m.move <> 'subtracted'", "FROM moved m WHERE m.move NOT IN ('subtracted', 'release')"],
    ],
  },
  {
    breaks: 'a report covers what was subtracted by the time that it arrives',
    of: 'apply_report_rows',
    edits: [['r.subtracted_at + margin < report_as_of', 'r.subtracted_at + margin < report_at']],
  },
  {
    breaks: 'the lag of the feed is forgotten',
    of: 'apply_report_rows',
    edits: [
      [
        'margin := make_interval(secs => rules.feed_lag_seconds + rules.feed_skew_seconds)',
        'margin := make_interval(secs => rules.feed_skew_seconds)',
      ],
    ],
  },
  {
    breaks: 'the error of the clock is forgotten',
    of: 'apply_report_rows',
    edits: [
      [
        'margin := make_interval(secs => rules.feed_lag_seconds + rules.feed_skew_seconds)',
        'margin := make_interval(secs => rules.feed_lag_seconds)',
      ],
    ],
  },
  {
    breaks: 'what the vendor has not yet subtracted is reflected',
    of: 'apply_report_rows',
    edits: [
      [
        "r.state = 'committed' AND r.subtracted_at IS NOT NULL AND r.subtracted_at + margin < report_as_of",
        "r.state = 'committed'",
      ],
    ],
  },
  {
    breaks: 'an older report overwrites a newer one',
    of: 'apply_report_rows',
    edits: [
      [
        "ELSE order_as_of > COALESCE(greatest(known_moment(s.as_of, latest), feed.begun_as_of), '-infinity') END",
        'ELSE true END',
      ],
      ['report_as_of >= said.as_of', 'true'],
    ],
  },
  {
    breaks: 'a change is added to a figure that has missed one',
    of: 'apply_report_rows',
    edits: [["(report_kind <> 'delta' OR (", '(true OR (']],
  },
  {
    breaks: 'reflected units stay committed in the counter',
    of: 'apply_report_rows',
    edits: [['committed = s.committed - f.reflected', 'committed = s.committed']],
  },
  {
    breaks: 'a figure beside the feed is applied while a report is being placed',
    of: 'apply_report_rows',
    edits: [['PERFORM pg_advisory_xact_lock_shared(1790, of_vendor);', '']],
    atOnce: true,
  },
  {
    breaks: 'a bare no is forgotten',
    of: 'set_nothing_more',
    edits: [['buffer = greatest(s.buffer, s.on_hand)', 'buffer = s.buffer']],
  },
];

/** Breaks the rule in this database. */
export async function mutate(pool: Pool, { of, edits }: Mutant): Promise<void> {
  const broken = edits.reduce((text, [is, becomes]) => text.replaceAll(is, becomes), await textOf(pool, of));
  await pool.query(broken);
}

/** The text of a function as it stands in the database. */
export async function textOf(pool: Pool, name: Mutant['of']): Promise<string> {
  const { rows } = await pool.query<{ text: string }>('SELECT pg_get_functiondef($1::regproc) AS text', [name]);
  return rows[0]?.text ?? '';
}
