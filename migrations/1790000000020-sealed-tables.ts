/**
 * Tables whose rows are never deleted: what was ordered, decided, promised, sent and told, and who waits for whom. What must be
 * forgotten (personal data) is erased in its columns. The tables that rows of these refer to were sealed with their references.
 */
const NEVER = [
  'order_contact',
  'intake',
  'intake_payload',
  'fulfillment_line',
  'vendor_outcome',
  'shipment',
  'shipment_line',
  'open_item',
  'live_check',
  'dead_letter',
  'event_sequencer',
];

const seal = (table: string) =>
  `CREATE TRIGGER ${table}_sealed BEFORE DELETE OR TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss();`;

/** Seals them, and lets nothing but pruning take events: what it has passed is below the floor of the log. */
export const SEALED_TABLES = `
  CREATE FUNCTION refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'rows of % are never deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END $$;
  ${NEVER.map(seal).join('\n  ')}

  CREATE FUNCTION refuse_loss_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT FROM gone g WHERE COALESCE(g.position > (SELECT pruned_to FROM event_sequencer), true)) THEN
      RAISE EXCEPTION 'events are never deleted before the floor of the log is raised past them' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER event_pruned AFTER DELETE ON event REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss_of_events();
  CREATE TRIGGER event_sealed BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss();
  CREATE TRIGGER commit_batch_sealed BEFORE TRUNCATE ON commit_batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss();
`;

/** Takes the seals away. */
export const UNSEALED_TABLES = 'DROP FUNCTION refuse_loss CASCADE; DROP FUNCTION refuse_loss_of_events CASCADE;';
