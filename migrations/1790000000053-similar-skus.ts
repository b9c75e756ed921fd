import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A SKU that nobody knows is told with those that it may mean: they are found by their letters and digits alone. */
export class SimilarSkus1790000000053 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION bare_sku(sku text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN lower(regexp_replace(sku, '[^A-Za-z0-9]', '', 'g'));
      CREATE INDEX product_bare_sku ON product (bare_sku(sku) text_pattern_ops);
      CREATE INDEX product_account_alias_bare ON product_account_alias (account_id, bare_sku(alias) text_pattern_ops);
      CREATE INDEX product_vendor_alias_bare ON product_vendor_alias (bare_sku(vendor_sku) text_pattern_ops);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX product_vendor_alias_bare, product_account_alias_bare, product_bare_sku;
      DROP FUNCTION bare_sku;
    `);
  }
}
