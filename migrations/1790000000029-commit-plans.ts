import { HOLDS_MATCH as HOLDS_MATCH_BEFORE } from './1790000000020-plan-holds.js';
import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000021-commit-plans.js';

const DECIDING = '    -- 2. Whether all fit together';
const FITS = '      AND cardinality(plans_order_id) = (SELECT count(DISTINCT id) FROM unnest(plans_order_id) AS o(id))';
const NEEDS = '        shortages := NULL;';
const DECLARED = '    fits boolean;';

/**
 * What ships without a hold is made to order, or was when it was decided: where its offer is kept in stock by now, the stock is not what the
 * plan was made on. As a rule lines and holds come in the same order, so that comparing the columns is enough; else rows are.
 */
const NO_LONGER_MADE = `
    all_held := (fulfillment_lines_p, fulfillment_lines_fulfillment_id, fulfillment_lines_line_no, fulfillment_lines_quantity)
      IS NOT DISTINCT FROM (holds_p, holds_fulfillment_id, holds_line_no, holds_quantity);
    IF NOT all_held THEN
      WITH unheld AS (
        SELECT l.p, f.node_id, l.product_id, sum(l.quantity) AS units
        FROM unnest(fulfillment_lines_p, fulfillment_lines_fulfillment_id, fulfillment_lines_line_no, fulfillment_lines_product_id,
            fulfillment_lines_quantity) AS l(p, fulfillment_id, line_no, product_id, quantity)
        JOIN unnest(fulfillments_id, fulfillments_node_id) AS f(id, node_id) ON f.id = l.fulfillment_id
        WHERE NOT EXISTS (SELECT FROM unnest(holds_p, holds_fulfillment_id, holds_line_no) AS h(p, fulfillment_id, line_no)
          WHERE h.p = l.p AND h.fulfillment_id = l.fulfillment_id AND h.line_no = l.line_no)
        GROUP BY 1, 2, 3
      ), stocked AS (
        SELECT u.p, jsonb_agg(jsonb_build_object('nodeId', u.node_id, 'productId', u.product_id, 'requested', u.units, 'available', COALESCE(
            (SELECT s.atp FROM stock s WHERE s.node_id = u.node_id AND s.product_id = u.product_id), 0)) ORDER BY u.node_id, u.product_id) AS short
        FROM unheld u
        WHERE (SELECT o.stocked FROM offer o WHERE o.node_id = u.node_id AND o.product_id = u.product_id) IS NOT FALSE
        GROUP BY u.p
      )
      SELECT jsonb_object_agg(s.p, s.short) INTO no_longer_made FROM stocked s;
    END IF;

`;

/**
 * What a plan holds is what its new fulfillments ship, line by line, but for lines without a hold, of which was decided before. Of a
 * fulfillment that was there before no more is held than the plan gives back of it.
 */
const HOLDS_MATCH = `
    IF NOT all_held AND EXISTS (
        SELECT FROM (
            SELECT h.p, h.fulfillment_id, h.line_no, sum(h.quantity) AS units
            FROM unnest(holds_p, holds_fulfillment_id, holds_line_no, holds_quantity) AS h(p, fulfillment_id, line_no, quantity)
            WHERE ok[h.p] GROUP BY 1, 2, 3) held
          LEFT JOIN unnest(fulfillment_lines_p, fulfillment_lines_fulfillment_id, fulfillment_lines_line_no, fulfillment_lines_quantity)
            AS line(p, fulfillment_id, line_no, units) USING (p, fulfillment_id, line_no)
        WHERE held.units > COALESCE(line.units, (
            SELECT sum(m.quantity) FROM jsonb_to_recordset(rare->'moves') AS m(p integer, reservation_id uuid, move text, quantity integer)
            JOIN reservation r ON r.id = m.reservation_id AND r.id = ANY (moved_ids)
            WHERE m.p = held.p AND m.move IN ('release', 'expire') AND r.fulfillment_id = held.fulfillment_id AND r.line_no = held.line_no), 0)
          OR held.units < line.units)
    THEN
      RAISE EXCEPTION 'a plan holds other units than its fulfillments ship' USING ERRCODE = 'check_violation';
    END IF;`;

/** Commits a batch of plans as before; one whose made-to-order goods are kept in stock by now is refused alone, as stock that moved. */
export const COMMIT_PLANS = [
  [DECLARED, `    all_held boolean; no_longer_made jsonb;\n${DECLARED}`],
  [DECIDING, NO_LONGER_MADE + DECIDING],
  [FITS, `${FITS}\n      AND no_longer_made IS NULL`],
  [NEEDS, '        shortages := no_longer_made->plan.p::text;'],
  [HOLDS_MATCH_BEFORE, HOLDS_MATCH],
].reduce((text, [before = '', after = '']) => {
  if (text.split(before).length !== 2) throw new Error(`expected once in commit_plans: ${before}`);
  return text.replace(before, () => after);
}, COMMIT_PLANS_BEFORE);
