import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000033-commit-plans.js';

const DECLARED = '    remaining integer[];';
const CAPACITY = "    IF rare ? 'capacity' THEN\n      SELECT array_agg(node_id)";
const FITS = "fits := NOT rare ?| '{changes,moves,delivered,resolved}'";
const NEEDED = `          IF plan.takes[i] > 0 AND plan.nets[i] + plan.kept[i] > remaining[slot] THEN`;
const AVAILABLE = 'greatest(0, remaining[slot] + plan.takes[i] - plan.nets[i])';
const TAKEN = `          remaining[plan.keys[i]] := remaining[plan.keys[i]] - plan.nets[i];
`;

/**
 * Of each row that is locked, what accounts have set aside there and not used; below zero where they hold more. Whoever takes of a row holds
 * its lock, so it cannot change before this transaction ends.
 */
const READ_ASIDES = `    IF EXISTS (SELECT FROM channel_set_aside) THEN
      SELECT array_agg(key.k::integer), array_agg(a.account_id), array_agg(a.units - COALESCE((
          SELECT sum(r.quantity) FROM reservation r JOIN orders o ON o.id = r.order_id
          WHERE r.node_id = key.node_id AND r.product_id = key.product_id AND r.state IN ('held', 'committed')
            AND o.account_id = a.account_id), 0)::integer)
        INTO aside_keys, aside_accounts, aside_units
        FROM unnest(stock_nodes, stock_products) WITH ORDINALITY AS key(node_id, product_id, k) CROSS JOIN LATERAL (
          SELECT * FROM channel_set_aside s WHERE s.product_id = key.product_id AND s.node_id = key.node_id OFFSET 0) a;
    END IF;
`;

/** Commits a batch of plans as before; what a plan takes of a row beyond what it gives back leaves what other accounts have set aside. */
export const COMMIT_PLANS = [
  [DECLARED, `    aside_keys integer[]; aside_accounts integer[]; aside_units integer[]; others integer;\n${DECLARED}`],
  [CAPACITY, READ_ASIDES + CAPACITY],
  [FITS, `fits := aside_keys IS NULL AND NOT rare ?| '{changes,moves,delivered,resolved}'`],
  [
    NEEDED,
    `          others := 0;
          IF aside_keys IS NOT NULL AND plan.nets[i] > 0 THEN
            SELECT COALESCE(sum(greatest(0, a.units)), 0) INTO others
              FROM unnest(aside_keys, aside_accounts, aside_units) AS a(key, account_id, units)
              WHERE a.key = slot AND a.account_id <> accounts[plan.p];
          END IF;
          IF plan.takes[i] > 0 AND plan.nets[i] + plan.kept[i] + others > remaining[slot] THEN`,
  ],
  [AVAILABLE, 'greatest(0, remaining[slot] + plan.takes[i] - plan.nets[i] - others)'],
  [
    TAKEN,
    `${TAKEN}          FOR j IN 1..COALESCE(cardinality(aside_keys), 0) LOOP
            IF aside_keys[j] = plan.keys[i] AND aside_accounts[j] = accounts[plan.p] THEN
              aside_units[j] := aside_units[j] - plan.nets[i];
            END IF;
          END LOOP;
`,
  ],
].reduce((text, [before = '', after = '']) => {
  if (text.split(before).length !== 2) throw new Error(`expected once in commit_plans: ${before}`);
  return text.replace(before, () => after);
}, COMMIT_PLANS_BEFORE);
