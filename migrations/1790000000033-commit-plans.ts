import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000032-commit-plans.js';

/** Greater than any count; what is left of a counter is told from it, since the limit comes with each plan. */
const PLENTY = 2_000_000_000;

const DECLARED = '    remaining integer[];';
const LOCKED =
  "    stock_keys := COALESCE(cardinality(stock_nodes), 0);\n    remaining := COALESCE(stock_start, '{}') || ";
const FITTED = `        WHERE wanted.units > there.free);

    -- 3. Else each plan alone, in order.`;
const NEEDED = `            JOIN unnest(capacity_nodes, capacity_days) WITH ORDINALITY AS key(node_id, day, k)
              ON key.node_id = c.node_id AND key.day = c.day) one`;
const REFUSED = `'outcome', 'capacity_moved', 'nodeId', capacity_nodes[capacity_key],
            'day', to_char(capacity_days[capacity_key], 'YYYY-MM-DD'));`;
const WRITTEN = `    RETURN refusals;
  END $$;`;

/** Counters of the batch are begun and locked in key order; what others committed is read after that. */
const LOCK_COUNTS = `    IF rare ? 'counts' THEN
      SELECT array_agg(rule_id), array_agg(day), array_agg(vendor_id), array_agg(node_id)
        INTO count_rules, count_days, count_vendors, count_nodes FROM (
        SELECT DISTINCT c.rule_id, c.day, c.vendor_id, c.node_id
        FROM jsonb_to_recordset(rare->'counts') AS c(rule_id text, day date, vendor_id integer, node_id integer)
        ORDER BY 1, 2, 3, 4) keys;
      INSERT INTO day_count (rule_id, day, vendor_id, node_id)
        SELECT * FROM unnest(count_rules, count_days, count_vendors, count_nodes) ON CONFLICT DO NOTHING;
      PERFORM 1 FROM day_count d JOIN unnest(count_rules, count_days, count_vendors, count_nodes) AS key(rule_id, day, vendor_id, node_id)
        ON d.rule_id = key.rule_id AND d.day = key.day AND d.vendor_id = key.vendor_id AND d.node_id = key.node_id
        ORDER BY d.rule_id, d.day, d.vendor_id, d.node_id FOR NO KEY UPDATE OF d;
      SELECT array_agg(${PLENTY} - d.taken ORDER BY key.k) INTO count_start
        FROM unnest(count_rules, count_days, count_vendors, count_nodes) WITH ORDINALITY AS key(rule_id, day, vendor_id, node_id, k)
        JOIN day_count d ON d.rule_id = key.rule_id AND d.day = key.day AND d.vendor_id = key.vendor_id AND d.node_id = key.node_id;
    END IF;
`;

const COUNTS_FIT = `        WHERE wanted.units > there.free)
      AND NOT EXISTS (
        SELECT FROM (SELECT c.rule_id, c.day, c.vendor_id, c.node_id, sum(greatest(c.units, 0)) AS units, min(c.most) AS most
            FROM jsonb_to_recordset(rare->'counts')
              AS c(rule_id text, day date, vendor_id integer, node_id integer, units integer, most integer) GROUP BY 1, 2, 3, 4) wanted
          JOIN unnest(count_rules, count_days, count_vendors, count_nodes, count_start) AS there(rule_id, day, vendor_id, node_id, free)
            USING (rule_id, day, vendor_id, node_id)
        WHERE wanted.units + ${PLENTY} - there.free > wanted.most);

    -- 3. Else each plan alone, in order.`;

/** `kept`: what a plan must leave of a key; of a counter without a limit nothing is ever too little. */
const COUNTS_NEEDED = `            JOIN unnest(capacity_nodes, capacity_days) WITH ORDINALITY AS key(node_id, day, k)
              ON key.node_id = c.node_id AND key.day = c.day
            UNION ALL
            SELECT c.p, stock_keys + COALESCE(cardinality(capacity_nodes), 0) + key.k, greatest(c.units, 0), c.units,
              ${PLENTY} - COALESCE(c.most, ${PLENTY} * 2::bigint)
            FROM jsonb_to_recordset(rare->'counts')
              AS c(p integer, rule_id text, day date, vendor_id integer, node_id integer, units integer, most integer)
            JOIN unnest(count_rules, count_days, count_vendors, count_nodes) WITH ORDINALITY AS key(rule_id, day, vendor_id, node_id, k)
              ON key.rule_id = c.rule_id AND key.day = c.day AND key.vendor_id = c.vendor_id AND key.node_id = c.node_id) one`;

const COUNTS_WRITTEN = `    IF count_rules IS NOT NULL THEN
      UPDATE day_count d SET taken = greatest(0, d.taken + sums.units)
        FROM (SELECT c.rule_id, c.day, c.vendor_id, c.node_id, sum(c.units)::integer AS units
          FROM jsonb_to_recordset(rare->'counts')
            AS c(p integer, rule_id text, day date, vendor_id integer, node_id integer, units integer)
          WHERE ok[c.p] GROUP BY 1, 2, 3, 4) sums
        WHERE d.rule_id = sums.rule_id AND d.day = sums.day AND d.vendor_id = sums.vendor_id AND d.node_id = sums.node_id;
      INSERT INTO day_count_part (fulfillment_id, rule_id, day, vendor_id, node_id, per)
        SELECT c.fulfillment_id, c.rule_id, c.day, c.vendor_id, c.node_id, c.per
        FROM jsonb_to_recordset(rare->'counts') AS c(p integer, fulfillment_id uuid, rule_id text, day date, vendor_id integer,
          node_id integer, per text, units integer)
        WHERE ok[c.p] AND c.units > 0;
    END IF;

`;

/**
 * Commits a batch of plans as before, each only where the counters of rules that it takes of stay within the limits that it was decided
 * under.
 */
export const COMMIT_PLANS = [
  [
    DECLARED,
    `    count_rules text[]; count_days date[]; count_vendors integer[]; count_nodes integer[]; count_start integer[];\n${DECLARED}`,
  ],
  [LOCKED, LOCK_COUNTS + LOCKED],
  [
    "COALESCE(stock_start, '{}') || COALESCE(capacity_start, '{}');",
    "COALESCE(stock_start, '{}') || COALESCE(capacity_start, '{}') || COALESCE(count_start, '{}');",
  ],
  [FITTED, COUNTS_FIT],
  [
    'SELECT p, k, sum(takes)::integer AS takes, sum(net)::integer AS net FROM (',
    'SELECT p, k, sum(takes)::integer AS takes, sum(net)::integer AS net, max(kept) AS kept FROM (',
  ],
  [
    'SELECT need.p, key.k, need.takes, need.net FROM (',
    'SELECT need.p, key.k, need.takes, need.net, 0::bigint AS kept FROM (',
  ],
  ['greatest(c.units, 0), c.units\n', 'greatest(c.units, 0), c.units, 0\n'],
  [NEEDED, COUNTS_NEEDED],
  [
    'array_agg(w.net ORDER BY w.k) AS nets\n',
    'array_agg(w.net ORDER BY w.k) AS nets, array_agg(w.kept ORDER BY w.k) AS kept\n',
  ],
  ['needs.keys, needs.takes, needs.nets,', 'needs.keys, needs.takes, needs.nets, needs.kept,'],
  ['plan.nets[i] > remaining[slot] THEN', 'plan.nets[i] + plan.kept[i] > remaining[slot] THEN'],
  [
    REFUSED,
    `'outcome', 'capacity_moved', 'nodeId', (capacity_nodes || count_nodes)[capacity_key],
            'day', to_char((capacity_days || count_days)[capacity_key], 'YYYY-MM-DD'));
          IF capacity_key > COALESCE(cardinality(capacity_nodes), 0) THEN
            refusals := jsonb_set(refusals, '{-1,ruleId}', to_jsonb(count_rules[capacity_key - COALESCE(cardinality(capacity_nodes), 0)]));
          END IF;`,
  ],
  [WRITTEN, COUNTS_WRITTEN + WRITTEN],
].reduce((text, [before = '', after = '']) => {
  if (text.split(before).length !== 2) throw new Error(`expected once in commit_plans: ${before}`);
  return text.replace(before, () => after);
}, COMMIT_PLANS_BEFORE);
