/**
 * What the foreign keys of events and of a decision's order check, once for all rows of a statement, as migration 18 did for
 * other rows of a routing. Events of a batch name few accounts and vendors, over and over: each is looked up and locked once.
 */
export const REFERENCES = `
  ALTER TABLE event DROP CONSTRAINT event_account_id_fkey, DROP CONSTRAINT event_vendor_id_fkey;
  ALTER TABLE decision DROP CONSTRAINT decision_order_id_fkey;

  CREATE FUNCTION event_refers() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT account_id FROM added WHERE account_id IS NOT NULL) named
        WHERE (SELECT true FROM account a WHERE a.id = named.account_id FOR KEY SHARE) IS NULL)
      OR EXISTS (SELECT FROM (SELECT DISTINCT vendor_id FROM added WHERE vendor_id IS NOT NULL) named
        WHERE (SELECT true FROM vendor v WHERE v.id = named.vendor_id FOR KEY SHARE) IS NULL)
    THEN
      RAISE EXCEPTION 'an event names an account or a vendor that is not there' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER event_refers AFTER INSERT ON event REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION event_refers();

  -- An order is never deleted, so looking is enough.
  CREATE FUNCTION decision_refers() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT FROM added d WHERE (SELECT true FROM orders o WHERE o.id = d.order_id) IS NULL) THEN
      RAISE EXCEPTION 'a decision names an order that is not there' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER decision_refers AFTER INSERT ON decision REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION decision_refers();

  -- Beside what keeps vendors for fulfillments.
  CREATE FUNCTION refuse_delete_while_in_log() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
      RAISE EXCEPTION 'rows of % are deleted at READ COMMITTED only', TG_TABLE_NAME USING ERRCODE = 'feature_not_supported';
    END IF;
    IF (TG_TABLE_NAME = 'account' AND EXISTS (SELECT FROM gone g JOIN event e ON e.account_id = g.id))
      OR (TG_TABLE_NAME = 'vendor' AND EXISTS (SELECT FROM gone g JOIN event e ON e.vendor_id = g.id))
    THEN
      RAISE EXCEPTION 'events tell of a row of %', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER account_in_log AFTER DELETE ON account REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete_while_in_log();
  CREATE TRIGGER vendor_in_log AFTER DELETE ON vendor REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete_while_in_log();
  CREATE TRIGGER account_stay BEFORE TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
  CREATE TRIGGER account_keeps BEFORE UPDATE OF id ON account FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
`;

/** The foreign keys again. */
export const FOREIGN_KEYS = `
  DROP TRIGGER account_stay ON account;
  DROP TRIGGER account_keeps ON account;
  DROP FUNCTION event_refers, decision_refers, refuse_delete_while_in_log CASCADE;
  ALTER TABLE event ADD FOREIGN KEY (account_id) REFERENCES account, ADD FOREIGN KEY (vendor_id) REFERENCES vendor;
  ALTER TABLE decision ADD FOREIGN KEY (order_id) REFERENCES orders;
`;
