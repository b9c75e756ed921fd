/**
 * What may have let orders go that wait: at most one round that has not begun, which later changes join, and those that are under way. A
 * publication of rules is told as a change of the network, and capacity that was given back says so.
 */
export const BACKORDER_ROUNDS = `
  CREATE TABLE backorder_round (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- NULL: whatever they wait for.
    product_ids integer[] CHECK (cardinality(product_ids) > 0),
    begun boolean NOT NULL DEFAULT false,
    -- Orders up to this one were looked at, by when they were placed.
    after_placed timestamptz,
    after_order uuid,
    made_at timestamptz NOT NULL,
    CHECK ((after_placed IS NULL) = (after_order IS NULL))
  );
  CREATE UNIQUE INDEX backorder_round_waiting ON backorder_round (begun) WHERE NOT begun;

  CREATE TRIGGER rule_publication_told AFTER INSERT ON rule_publication FOR EACH STATEMENT EXECUTE FUNCTION network_changed();

  CREATE OR REPLACE FUNCTION capacity_changed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, actor, payload)
      VALUES ('capacity.changed', 'capacity', NEW.node_id || ':' || NEW.day, NEW.version, 'system:capacity',
        jsonb_build_object('nodeId', NEW.node_id, 'day', NEW.day, 'taken', NEW.taken)
          || CASE WHEN TG_OP = 'UPDATE' AND NEW.taken < OLD.taken THEN jsonb_build_object('freed', OLD.taken - NEW.taken) ELSE '{}' END);
    RETURN NULL;
  END $$;
`;

/** As before. */
export const NO_BACKORDER_ROUNDS = `
  DROP TABLE backorder_round;
  DROP TRIGGER rule_publication_told ON rule_publication;
  CREATE OR REPLACE FUNCTION capacity_changed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, actor, payload)
      VALUES ('capacity.changed', 'capacity', NEW.node_id || ':' || NEW.day, NEW.version, 'system:capacity',
        jsonb_build_object('nodeId', NEW.node_id, 'day', NEW.day, 'taken', NEW.taken));
    RETURN NULL;
  END $$;
`;
