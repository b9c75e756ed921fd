import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Senders that vanished are found by an index; dead letters weigh themselves. Source: DESIGN.md sections 5 to 7. */
export class Work1790000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX fulfillment_leased ON fulfillment (lease_until) WHERE lease_until IS NOT NULL;

      -- Who a dead letter concerns and what leaving it undone costs, whoever writes it: the value of the orders that wait
      -- for it, counted once more for every day that they are late.
      CREATE FUNCTION dead_letter_weigh() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.step = 'route' THEN
          NEW.order_id := COALESCE(NEW.order_id, (SELECT id FROM orders WHERE id = NEW.subject_id::uuid));
        ELSIF NEW.step = 'dispatch' THEN
          SELECT COALESCE(NEW.order_id, f.order_id), COALESCE(NEW.vendor_id, f.vendor_id) INTO NEW.order_id, NEW.vendor_id
            FROM fulfillment f WHERE f.id = NEW.subject_id::uuid;
        ELSIF NEW.step = 'intake' THEN
          SELECT COALESCE(NEW.order_id, i.order_id), COALESCE(NEW.account_id, i.account_id) INTO NEW.order_id, NEW.account_id
            FROM intake i WHERE i.id = NEW.subject_id::uuid;
        ELSIF NEW.step = 'poll' THEN
          NEW.vendor_id := COALESCE(NEW.vendor_id, split_part(NEW.subject_id, '-', 1)::integer);
        END IF;
        IF NEW.account_id IS NULL AND NEW.order_id IS NOT NULL THEN
          SELECT account_id INTO NEW.account_id FROM orders WHERE id = NEW.order_id;
        END IF;
        IF NEW.impact = 0 THEN
          SELECT LEAST(99999999999999, COALESCE(sum(v.value * (1 + v.days_late)), 0)) INTO NEW.impact
          FROM (
            SELECT (SELECT sum(l.ordered * l.unit_price) FROM order_line l WHERE l.order_id = o.id) AS value,
              GREATEST(0, floor(extract(epoch FROM NEW.opened_at - COALESCE(o.deliver_by, o.placed_at + interval '1 day')) / 86400)) AS days_late
            FROM orders o
            WHERE CASE WHEN NEW.step = 'poll' THEN o.id IN (
                SELECT f.order_id FROM fulfillment f WHERE f.vendor_id = NEW.vendor_id
                  AND f.status IN ('SENDING', 'SENT', 'UNKNOWN', 'ACCEPTED', 'PARTIALLY_SHIPPED', 'CANCELING')
                ORDER BY f.created_at DESC LIMIT 1000)
              ELSE o.id = NEW.order_id END
          ) v;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER dead_letter_weight BEFORE INSERT ON dead_letter FOR EACH ROW EXECUTE FUNCTION dead_letter_weigh();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER dead_letter_weight ON dead_letter;
      DROP FUNCTION dead_letter_weigh;
      DROP INDEX fulfillment_leased;
    `);
  }
}
