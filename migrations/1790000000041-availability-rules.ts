import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READ_SUPPLY as READ_SUPPLY_BEFORE } from './1790000000022-read-supply.js';
import { READ_SUPPLY } from './1790000000041-read-supply.js';

const SIGNATURE = `read_supply(integer, text, text[], integer[], integer[], boolean, integer[], boolean, text, text, text[], timestamptz)`;
const readSupply = (body: string, more: string) => `
  DROP FUNCTION ${SIGNATURE};
  CREATE FUNCTION ${SIGNATURE}
    RETURNS TABLE ("position" text, account json, names json, products json, nodes json, capacities json, reach json${more})
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
  AS $$ BEGIN RETURN QUERY ${body}; END $$;`;

/** What happens to a table of the network that matters: by what rules name it, too. */
const NETWORK: Readonly<Record<string, readonly [operations: string, columns: string, names: string]>> = {
  account: ['DELETE', 'code, currency, duty_terms', 'channel'],
  vendor: ['DELETE', 'status, currency, minimum_per_batch', 'code'],
  carrier_service: ['DELETE', 'excluded_tags, active, carrier, working_days', 'code'],
  node: [
    'INSERT OR DELETE',
    `vendor_id, time_zone, cut_off, working_days, lead_time_hours, daily_capacity_units, minimum_order_value, small_order_fee, active,
      order_fee, clearance_fee, failure_cost, country_code, region_code, postal_code, latitude, longitude`,
    'code',
  ],
};
const told = (columnsOf: (columns: string, names: string) => string) =>
  Object.entries(NETWORK)
    .map(
      ([table, [operations, columns, names]]) => `
  DROP TRIGGER ${table}_told ON ${table};
  CREATE TRIGGER ${table}_told AFTER ${operations} OR UPDATE OF ${columnsOf(columns, names)} ON ${table}
    FOR EACH STATEMENT EXECUTE FUNCTION network_changed();`,
    )
    .join('');

/** What may be promised knows the rules: all that they look at is read, and told where it changes. Source: docs/availability.md. */
export class AvailabilityRules1790000000041 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSupply(READ_SUPPLY, ', "ruleVersion" integer'));
    await runner.query(told((columns, names) => `${columns}, ${names}`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(told((columns) => columns));
    await runner.query(readSupply(READ_SUPPLY_BEFORE, ''));
  }
}
