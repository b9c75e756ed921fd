import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an order says beyond what is routed: beside the order what names nobody, with its contact what does, so that erasing one erases all.
 * What an account has agreed with its customers and its channel (docs/canonical-order.md).
 */
export class WholeOrders1790000000051 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE order_source (
        order_id uuid PRIMARY KEY REFERENCES orders,
        document jsonb NOT NULL CHECK (jsonb_typeof(document) = 'object')
      );
      CREATE TRIGGER order_source_sealed BEFORE DELETE OR TRUNCATE ON order_source
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss();

      ALTER TABLE order_contact ADD COLUMN personal jsonb CHECK (jsonb_typeof(personal) = 'object'),
        ADD CONSTRAINT order_contact_erased_whole CHECK (address IS NOT NULL OR personal IS NULL);

      -- Carrier services that the order's shipping service stands for; NULL: any.
      ALTER TABLE orders ADD COLUMN service_codes text[] CHECK (cardinality(service_codes) BETWEEN 1 AND 50),
        -- In one delivery or not at all.
        ADD COLUMN ship_complete boolean NOT NULL DEFAULT false;

      ALTER TABLE account ADD COLUMN terms jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(terms) = 'object');
      ALTER TABLE vendor ADD COLUMN terms jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(terms) = 'object');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE vendor DROP COLUMN terms;
      ALTER TABLE account DROP COLUMN terms;
      ALTER TABLE orders DROP COLUMN ship_complete, DROP COLUMN service_codes;
      ALTER TABLE order_contact DROP CONSTRAINT order_contact_erased_whole, DROP COLUMN personal;
      DROP TABLE order_source;
    `);
  }
}
