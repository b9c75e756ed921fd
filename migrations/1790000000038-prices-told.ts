import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHANGES = [
  ['INSERT', 'NEW TABLE AS new_rows'],
  ['UPDATE', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'],
  ['DELETE', 'OLD TABLE AS old_rows'],
] as const;
/** The triggers of a table of products anew: `columns` are those that matter; `sku`: which of them is one. */
const products = (table: string, columns: string, productId: string, sku = '') =>
  CHANGES.map(
    ([operation, rows]) => `
  DROP TRIGGER ${table}_told_${operation.toLowerCase()} ON ${table};
  CREATE TRIGGER ${table}_told_${operation.toLowerCase()} AFTER ${operation} ON ${table}
    REFERENCING ${rows} FOR EACH STATEMENT EXECUTE FUNCTION catalogue_changed('${columns}', '${productId}', '${sku}');`,
  ).join('');
const network = (table: string, when: string) => `
  DROP TRIGGER IF EXISTS ${table}_told ON ${table};
  CREATE TRIGGER ${table}_told AFTER ${when} ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION network_changed();`;

const PRODUCT = 'id, sku, active, tags, unit_weight_grams, unit_volume_cm3';
const OFFER = 'node_id, product_id, minimum_quantity, quantity_multiple, lead_time_hours, stocked, active';
const OFFER_PRICE =
  'node_id, product_id, valid_from, valid_to, minimum_quantity, quantity_multiple, from_quantities, unit_costs';
const NODE = `INSERT OR DELETE OR UPDATE OF vendor_id, time_zone, cut_off, working_days, lead_time_hours, daily_capacity_units,
    minimum_order_value, small_order_fee, active`;
const ANY = 'INSERT OR DELETE OR UPDATE';

/**
 * All that landed cost is made of is told when it changes in place, also what no promise hangs on: fees, surcharges, prices of brackets,
 * what duty goes by, and where nodes are. Source: docs/recosting.md.
 */
export class PricesTold1790000000038 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${products('product', `${PRODUCT}, hs_code, origin_country`, 'id', 'sku')}
      ${products('offer', `${OFFER}, unit_fee`, 'product_id')}
      ${products('offer_price', `${OFFER_PRICE}, unit_fee`, 'product_id')}
      ${network('node', `${NODE}, order_fee, clearance_fee, failure_cost, country_code, region_code, postal_code, latitude, longitude`)}
      ${network('rate_bracket', ANY)}
      ${network('rate_surcharge', ANY)}
      ${network('rate_surcharge_area', ANY)}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${products('product', PRODUCT, 'id', 'sku')}
      ${products('offer', OFFER, 'product_id')}
      ${products('offer_price', OFFER_PRICE, 'product_id')}
      ${network('node', NODE)}
      ${network('rate_bracket', `${ANY} OF rate_card_id, zone, up_to`)}
      DROP TRIGGER rate_surcharge_told ON rate_surcharge;
      DROP TRIGGER rate_surcharge_area_told ON rate_surcharge_area;
    `);
  }
}
