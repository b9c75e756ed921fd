import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READ_SUPPLY as READ_SUPPLY_BEFORE } from './1790000000022-read-supply.js';
import { READ_SUPPLY } from './1790000000030-read-supply.js';

const SIGNATURE = `read_supply(integer, text, text[], integer[], integer[], boolean, integer[], boolean, text, text, text[], timestamptz)`;
const readSupply = (body: string, more: string) => `
  DROP FUNCTION ${SIGNATURE};
  CREATE FUNCTION ${SIGNATURE}
    RETURNS TABLE ("position" text, account json, names json, products json, nodes json, capacities json, reach json${more})
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
  AS $$ BEGIN RETURN QUERY ${body}; END $$;`;

/** What happens to a table of the network that matters to what is promised, before and since rules count in it. */
const NETWORK: Readonly<Record<string, readonly [before: string, now: string]>> = {
  account: [
    'DELETE OR UPDATE OF code, currency, duty_terms',
    'DELETE OR UPDATE OF code, channel, currency, duty_terms',
  ],
  vendor: [
    'DELETE OR UPDATE OF status, currency, minimum_per_batch',
    'DELETE OR UPDATE OF code, status, currency, minimum_per_batch',
  ],
  node: [
    `INSERT OR DELETE OR UPDATE OF vendor_id, time_zone, cut_off, working_days, lead_time_hours, daily_capacity_units,
      minimum_order_value, small_order_fee, active`,
    `INSERT OR DELETE OR UPDATE OF code, country_code, region_code, vendor_id, time_zone, cut_off, working_days, lead_time_hours,
      daily_capacity_units, minimum_order_value, small_order_fee, active`,
  ],
  carrier_service: [
    'DELETE OR UPDATE OF excluded_tags, active, carrier, working_days',
    'DELETE OR UPDATE OF code, excluded_tags, active, carrier, working_days',
  ],
};
const PRODUCT = 'id, sku, active, tags, unit_weight_grams, unit_volume_cm3';

const told = (at: 0 | 1) =>
  Object.entries(NETWORK)
    .map(
      ([table, when]) => `
  DROP TRIGGER ${table}_told ON ${table};
  CREATE TRIGGER ${table}_told AFTER ${when[at]} ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION network_changed();`,
    )
    .join('');
const OPERATIONS = [
  ['INSERT', 'NEW TABLE AS new_rows'],
  ['UPDATE', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'],
  ['DELETE', 'OLD TABLE AS old_rows'],
] as const;
const productTold = (columns: string) =>
  OPERATIONS.map(([operation, rows]) => {
    const name = `product_told_${operation.toLowerCase()}`;
    return `
  DROP TRIGGER ${name} ON product;
  CREATE TRIGGER ${name} AFTER ${operation} ON product REFERENCING ${rows}
    FOR EACH STATEMENT EXECUTE FUNCTION catalogue_changed('${columns}', 'id', 'sku');`;
  }).join('');

/** What may be promised knows the rules: all that they look at is read, and told where it changes. Source: docs/availability.md. */
export class AvailabilityRules1790000000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSupply(READ_SUPPLY, ', "ruleVersion" integer'));
    await runner.query(told(1) + productTold(`${PRODUCT}, hs_code, origin_country`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(told(0) + productTold(PRODUCT));
    await runner.query(readSupply(READ_SUPPLY_BEFORE, ''));
  }
}
