/**
 * The counter of a node's day stays of that node and day, and one that was deleted and is begun anew goes on with the versions of its
 * events: else no plan could take of it any more, since the log has each version once.
 */
export const CAPACITY_ROWS = `
  CREATE TRIGGER node_capacity_keeps BEFORE UPDATE OF node_id, day ON node_capacity
    FOR EACH ROW EXECUTE FUNCTION refuse_other_reference();
  CREATE FUNCTION capacity_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.version := 1 + COALESCE((SELECT max(e.aggregate_version) FROM event e
      WHERE e.aggregate_type = 'capacity' AND e.aggregate_id = NEW.node_id || ':' || NEW.day), 0);
    RETURN NEW;
  END $$;
  CREATE TRIGGER capacity_goes_on BEFORE INSERT ON node_capacity FOR EACH ROW EXECUTE FUNCTION capacity_goes_on();
`;

/** As before. */
export const CAPACITY_ROWS_BEFORE =
  'DROP TRIGGER node_capacity_keeps ON node_capacity; DROP FUNCTION capacity_goes_on CASCADE;';
