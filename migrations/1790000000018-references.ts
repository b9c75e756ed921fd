/**
 * What foreign keys would check of the rows that every routing writes many of, checked once for all rows of a statement: row by row
 * it took a third of the time of a batch. A row refers to rows that are there; those stay; and it goes on referring to them.
 *
 * Each row looks its own up by their key alone: whatever else a plan could choose while tables are small would read more and more as they
 * grow. Source: docs/adr/0004.
 */
export const REFERENCES = `
  ALTER TABLE fulfillment DROP CONSTRAINT fulfillment_order_id_fkey, DROP CONSTRAINT fulfillment_node_id_fkey,
    DROP CONSTRAINT fulfillment_vendor_id_fkey, DROP CONSTRAINT fulfillment_service_id_fkey, DROP CONSTRAINT fulfillment_decision_id_fkey;
  ALTER TABLE vendor_outcome DROP CONSTRAINT vendor_outcome_fulfillment_id_fkey, DROP CONSTRAINT vendor_outcome_vendor_id_fkey,
    DROP CONSTRAINT vendor_outcome_node_id_fkey;
  ALTER TABLE fulfillment_line DROP CONSTRAINT fulfillment_line_fulfillment_id_fkey, DROP CONSTRAINT fulfillment_line_product_id_fkey,
    DROP CONSTRAINT fulfillment_line_order_id_line_no_fkey;
  ALTER TABLE reservation DROP CONSTRAINT reservation_fulfillment_id_fkey, DROP CONSTRAINT reservation_order_id_line_no_fkey,
    DROP CONSTRAINT reservation_node_id_product_id_fkey;
  ALTER TABLE stock_ledger DROP CONSTRAINT stock_ledger_reservation_id_fkey;

  -- Stays true: order, decision, fulfillment and reservation are never deleted. Node, vendor, service and stock may be while nothing
  -- refers to them, so they are locked, as a foreign key does: who deletes one waits for who refers to it, and the other way round.
  CREATE FUNCTION fulfillment_refers() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM added a
      WHERE (SELECT true FROM node n WHERE n.id = a.node_id FOR KEY SHARE) IS NULL
        OR (SELECT true FROM vendor v WHERE v.id = a.vendor_id FOR KEY SHARE) IS NULL
        OR (SELECT true FROM carrier_service s WHERE s.id = a.service_id FOR KEY SHARE) IS NULL
        OR (SELECT d.order_id FROM decision d WHERE d.id = a.decision_id) IS DISTINCT FROM a.order_id)
    THEN
      RAISE EXCEPTION 'a fulfillment names a node, a vendor, a service or a decision of the order that is not there'
        USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER fulfillment_refers AFTER INSERT ON fulfillment REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION fulfillment_refers();

  CREATE FUNCTION vendor_outcome_refers() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM added a WHERE (
        SELECT f.vendor_id = a.vendor_id AND f.node_id = a.node_id FROM fulfillment f WHERE f.id = a.fulfillment_id) IS NOT TRUE)
    THEN
      RAISE EXCEPTION 'an outcome names a fulfillment of its vendor and node that is not there' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER vendor_outcome_refers AFTER INSERT ON vendor_outcome REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION vendor_outcome_refers();

  CREATE FUNCTION fulfillment_line_refers() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM added a
      WHERE (SELECT f.order_id FROM fulfillment f WHERE f.id = a.fulfillment_id) IS DISTINCT FROM a.order_id
        OR (SELECT l.product_id FROM order_line l WHERE l.order_id = a.order_id AND l.line_no = a.line_no)
          IS DISTINCT FROM a.product_id)
    THEN
      RAISE EXCEPTION 'a fulfillment line names a fulfillment or a line of the order that is not there'
        USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER fulfillment_line_refers AFTER INSERT ON fulfillment_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION fulfillment_line_refers();

  CREATE FUNCTION reservation_refers() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM added a
      WHERE (SELECT f.order_id FROM fulfillment f WHERE f.id = a.fulfillment_id) IS DISTINCT FROM a.order_id
        OR (SELECT true FROM order_line l WHERE l.order_id = a.order_id AND l.line_no = a.line_no) IS NULL
        OR (SELECT true FROM stock s WHERE s.node_id = a.node_id AND s.product_id = a.product_id FOR KEY SHARE) IS NULL)
    THEN
      RAISE EXCEPTION 'a reservation names a fulfillment, a line of the order or a stock row that is not there'
        USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER reservation_refers AFTER INSERT ON reservation REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION reservation_refers();

  CREATE FUNCTION stock_ledger_refers() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT FROM added a WHERE (SELECT true FROM reservation r WHERE r.id = a.reservation_id) IS NULL) THEN
      RAISE EXCEPTION 'a ledger entry names a reservation that is not there' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER stock_ledger_refers AFTER INSERT ON stock_ledger REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION stock_ledger_refers();

  -- What a row refers to stays.
  CREATE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'rows of % stay: others refer to them', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END $$;
  CREATE TRIGGER orders_stay BEFORE DELETE OR TRUNCATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
  CREATE TRIGGER order_line_stay BEFORE DELETE OR TRUNCATE ON order_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
  CREATE TRIGGER decision_stay BEFORE DELETE OR TRUNCATE ON decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
  CREATE TRIGGER fulfillment_stay BEFORE DELETE OR TRUNCATE ON fulfillment FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
  CREATE TRIGGER stock_ledger_stay BEFORE TRUNCATE ON stock_ledger FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
  CREATE TRIGGER reservation_stay BEFORE DELETE OR TRUNCATE ON reservation FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
  -- Who waited for a rival sees what it wrote only at READ COMMITTED; older snapshots would pass it over.
  CREATE FUNCTION refuse_delete_while_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    in_use boolean;
  BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
      RAISE EXCEPTION 'rows of % are deleted at READ COMMITTED only', TG_TABLE_NAME USING ERRCODE = 'feature_not_supported';
    END IF;
    IF TG_TABLE_NAME = 'node' THEN
      in_use := EXISTS (SELECT FROM gone g JOIN fulfillment f ON f.node_id = g.id);
    ELSIF TG_TABLE_NAME = 'vendor' THEN
      in_use := EXISTS (SELECT FROM gone g JOIN fulfillment f ON f.vendor_id = g.id);
    ELSIF TG_TABLE_NAME = 'carrier_service' THEN
      in_use := EXISTS (SELECT FROM gone g JOIN fulfillment f ON f.service_id = g.id);
    ELSE
      in_use := EXISTS (SELECT FROM gone g JOIN reservation r ON r.node_id = g.node_id AND r.product_id = g.product_id);
    END IF;
    IF in_use THEN
      RAISE EXCEPTION 'a row of % is still referred to', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER node_stays AFTER DELETE ON node REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete_while_in_use();
  CREATE TRIGGER vendor_stays AFTER DELETE ON vendor REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete_while_in_use();
  CREATE TRIGGER carrier_service_stays AFTER DELETE ON carrier_service REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete_while_in_use();
  CREATE TRIGGER stock_stays AFTER DELETE ON stock REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete_while_in_use();

  CREATE TRIGGER node_stay BEFORE TRUNCATE ON node FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
  CREATE TRIGGER vendor_stay BEFORE TRUNCATE ON vendor FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
  CREATE TRIGGER carrier_service_stay BEFORE TRUNCATE ON carrier_service FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
  CREATE TRIGGER stock_stay BEFORE TRUNCATE ON stock FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

  -- Nor does a row change what it refers to, or what others refer to it by.
  CREATE FUNCTION refuse_other_reference() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'what a row of % refers to never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END $$;
  CREATE TRIGGER orders_keeps BEFORE UPDATE OF id ON orders FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
  CREATE TRIGGER order_line_keeps BEFORE UPDATE OF order_id, line_no, product_id ON order_line
    FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
  CREATE TRIGGER decision_keeps BEFORE UPDATE OF id, order_id ON decision FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
  CREATE TRIGGER fulfillment_keeps BEFORE UPDATE OF id, order_id, node_id, vendor_id, service_id, decision_id ON fulfillment
    FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
  CREATE TRIGGER vendor_outcome_keeps BEFORE UPDATE OF fulfillment_id, vendor_id, node_id ON vendor_outcome
    FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
  CREATE TRIGGER fulfillment_line_keeps BEFORE UPDATE OF fulfillment_id, order_id, line_no, product_id ON fulfillment_line
    FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
  CREATE TRIGGER reservation_keeps BEFORE UPDATE OF id, order_id, line_no, fulfillment_id, node_id, product_id ON reservation
    FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
  CREATE TRIGGER node_keeps BEFORE UPDATE OF id ON node FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
  CREATE TRIGGER vendor_keeps BEFORE UPDATE OF id ON vendor FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
  CREATE TRIGGER carrier_service_keeps BEFORE UPDATE OF id ON carrier_service FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
  CREATE TRIGGER stock_keeps BEFORE UPDATE OF node_id, product_id ON stock FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
`;

/** The foreign keys again. */
export const FOREIGN_KEYS = `
  DROP FUNCTION fulfillment_refers, vendor_outcome_refers, fulfillment_line_refers, reservation_refers, stock_ledger_refers,
    refuse_delete, refuse_delete_while_in_use, refuse_other_reference CASCADE;
  ALTER TABLE fulfillment ADD FOREIGN KEY (order_id) REFERENCES orders, ADD FOREIGN KEY (node_id) REFERENCES node,
    ADD FOREIGN KEY (vendor_id) REFERENCES vendor, ADD FOREIGN KEY (service_id) REFERENCES carrier_service,
    ADD FOREIGN KEY (decision_id) REFERENCES decision;
  ALTER TABLE vendor_outcome ADD FOREIGN KEY (fulfillment_id) REFERENCES fulfillment, ADD FOREIGN KEY (vendor_id) REFERENCES vendor,
    ADD FOREIGN KEY (node_id) REFERENCES node;
  ALTER TABLE fulfillment_line ADD FOREIGN KEY (fulfillment_id) REFERENCES fulfillment, ADD FOREIGN KEY (product_id) REFERENCES product,
    ADD FOREIGN KEY (order_id, line_no) REFERENCES order_line;
  ALTER TABLE reservation ADD FOREIGN KEY (fulfillment_id) REFERENCES fulfillment, ADD FOREIGN KEY (order_id, line_no) REFERENCES order_line,
    ADD FOREIGN KEY (node_id, product_id) REFERENCES stock;
  ALTER TABLE stock_ledger ADD FOREIGN KEY (reservation_id) REFERENCES reservation;
`;
