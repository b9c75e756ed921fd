import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READ_SUPPLY } from './1790000000012-read-supply.js';
import { DROP_SUPPLY_EVENTS, SUPPLY_EVENTS } from './1790000000012-supply-events.js';

/** What may be promised, read in one statement, and events for every change of what it is made from. Source: docs/availability.md. */
export class Availability1790000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The price breaks of one product at all of its nodes, without a look into the table.
      CREATE INDEX offer_cost_product ON offer_cost (product_id, node_id) INCLUDE (unit_cost);
      CREATE FUNCTION read_supply(integer, text, text[], integer[], integer[], boolean, integer[], boolean, text, text, text[], timestamptz)
        RETURNS TABLE ("position" text, account json, names json, products json, nodes json, capacities json, reach json)
        LANGUAGE plpgsql STABLE
        -- Planned once per connection, and never so that a table which was small then is read whole when it has grown.
        SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
      AS $$ BEGIN RETURN QUERY ${READ_SUPPLY}; END $$;
    `);
    for (const statement of SUPPLY_EVENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DROP_SUPPLY_EVENTS) await runner.query(statement);
    await runner.query('DROP FUNCTION read_supply; DROP INDEX offer_cost_product');
  }
}
