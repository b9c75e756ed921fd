import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000018-commit-plans.js';
import { REFERENCES } from './1790000000018-references.js';

/** A fulfillment's vendor owns its node: the node is looked up anyway. */
const FULFILLMENT_REFERS = `
  CREATE OR REPLACE FUNCTION fulfillment_refers() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM added a
      WHERE (SELECT n.vendor_id FROM node n WHERE n.id = a.node_id FOR KEY SHARE) IS DISTINCT FROM a.vendor_id
        OR (SELECT true FROM vendor v WHERE v.id = a.vendor_id FOR KEY SHARE) IS NULL
        OR (SELECT true FROM carrier_service s WHERE s.id = a.service_id FOR KEY SHARE) IS NULL
        OR (SELECT d.order_id FROM decision d WHERE d.id = a.decision_id) IS DISTINCT FROM a.order_id)
    THEN
      RAISE EXCEPTION 'a fulfillment names a node of its vendor, a vendor, a service or a decision of the order that is not there'
        USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$;
`;

/** A reservation is of the node of its fulfillment, and of a line of it, so of the order and the product that were ordered. */
const RESERVATION_REFERS = `
  CREATE OR REPLACE FUNCTION reservation_refers() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM added a
      WHERE (SELECT f.order_id = a.order_id AND f.node_id = a.node_id FROM fulfillment f WHERE f.id = a.fulfillment_id) IS NOT TRUE
        OR (SELECT l.product_id FROM fulfillment_line l WHERE l.fulfillment_id = a.fulfillment_id AND l.line_no = a.line_no)
          IS DISTINCT FROM a.product_id
        OR (SELECT true FROM stock s WHERE s.node_id = a.node_id AND s.product_id = a.product_id FOR KEY SHARE) IS NULL)
    THEN
      RAISE EXCEPTION 'a reservation names a fulfillment at its node, a line of that, or a stock row that is not there'
        USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$;
`;

/**
 * What a plan holds is what its new fulfillments ship, line by line; only what is made to order is not held. Of a fulfillment that
 * was there before no more is held than the plan gives back of it. As a rule lines and holds come in the same order, so that comparing the
 * columns is enough; else rows are, and offers are read for lines without any hold alone.
 */
export const HOLDS_MATCH = `
    IF (fulfillment_lines_p, fulfillment_lines_fulfillment_id, fulfillment_lines_line_no, fulfillment_lines_quantity)
        IS DISTINCT FROM (holds_p, holds_fulfillment_id, holds_line_no, holds_quantity)
      AND EXISTS (
        SELECT FROM (
            SELECT l.p, l.fulfillment_id, l.line_no, l.product_id, l.quantity AS units
            FROM unnest(fulfillment_lines_p, fulfillment_lines_fulfillment_id, fulfillment_lines_line_no, fulfillment_lines_product_id,
              fulfillment_lines_quantity) AS l(p, fulfillment_id, line_no, product_id, quantity) WHERE ok[l.p]) line
          FULL JOIN (
            SELECT h.p, h.fulfillment_id, h.line_no, sum(h.quantity) AS units
            FROM unnest(holds_p, holds_fulfillment_id, holds_line_no, holds_quantity) AS h(p, fulfillment_id, line_no, quantity)
            WHERE ok[h.p] GROUP BY 1, 2, 3) held USING (p, fulfillment_id, line_no)
        WHERE CASE
          WHEN line.units IS NULL THEN held.units > (
            SELECT COALESCE(sum(m.quantity), 0)
            FROM jsonb_to_recordset(rare->'moves') AS m(p integer, reservation_id uuid, move text, quantity integer)
            JOIN reservation r ON r.id = m.reservation_id AND r.id = ANY (moved_ids)
            WHERE m.p = held.p AND m.move IN ('release', 'expire') AND r.fulfillment_id = held.fulfillment_id AND r.line_no = held.line_no)
          WHEN held.units IS NULL THEN NOT EXISTS (
            SELECT FROM offer o WHERE o.product_id = line.product_id AND NOT o.stocked AND o.node_id = (
              SELECT f.node_id FROM unnest(fulfillments_id, fulfillments_node_id) AS f(id, node_id) WHERE f.id = line.fulfillment_id))
          ELSE held.units <> line.units END)
    THEN
      RAISE EXCEPTION 'a plan holds other units than its fulfillments ship' USING ERRCODE = 'check_violation';
    END IF;`;

const EFFECTS = '    -- 4. Effects of the accepted plans, parents before children.';

/** Commits a batch of plans as before, each of which holds what it ships. */
export const COMMIT_PLANS = COMMIT_PLANS_BEFORE.replace(EFFECTS, () => `${HOLDS_MATCH}\n\n${EFFECTS}`);

/** Plans hold what they ship, where they ship it from, of who owns the node. */
export const PLAN_HOLDS = [FULFILLMENT_REFERS, RESERVATION_REFERS, orReplace(COMMIT_PLANS)];

/** The functions from before. */
export const PLAN_HOLDS_BEFORE = [
  orReplace(definitionOf('fulfillment_refers')),
  orReplace(definitionOf('reservation_refers')),
  orReplace(COMMIT_PLANS_BEFORE),
];

function orReplace(definition: string): string {
  return definition.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');
}

/** A function as it was made before. */
function definitionOf(name: string): string {
  const [, definition] = new RegExp(`(CREATE FUNCTION ${name}\\(\\).*?END \\$\\$;)`, 's').exec(REFERENCES) ?? [];
  if (definition === undefined) throw new Error(`expected the definition of ${name}, found none`);
  return definition;
}
