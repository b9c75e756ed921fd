/** Products and SKUs that one event names; where more change in one statement, it says that all may have. */
const NAMED_MAX = 500;

/**
 * Events for what promises are made from besides stock, whoever changes it: `catalogue.changed` names products and SKUs,
 * `network.changed` says that nodes, or what they reach, changed, and `capacity.changed` what a node was given for a day. Each
 * change of catalogue or network is an aggregate of its own, so none waits for another.
 */
const FUNCTIONS = `
  ALTER TABLE event DROP CONSTRAINT event_aggregate_type_check;
  ALTER TABLE event ADD CONSTRAINT event_aggregate_type_check
    CHECK (aggregate_type IN ('order', 'stock', 'catalogue', 'network', 'capacity'));
  ALTER TABLE node_capacity ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version > 0);

  CREATE FUNCTION tell_catalogue(product_ids integer[], skus text[]) RETURNS void LANGUAGE sql VOLATILE AS $$
    INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, actor, payload)
      SELECT 'catalogue.changed', 'catalogue', gen_random_uuid(), 1, 'system:catalogue',
        CASE WHEN cardinality(product_ids) + cardinality(skus) > ${NAMED_MAX} THEN '{"all": true}'
          ELSE jsonb_build_object('productIds', product_ids, 'skus', skus) END
      WHERE cardinality(product_ids) + cardinality(skus) > 0
  $$;
  -- Arguments: the columns that matter, then which of them is a product's id and which a SKU; '' where none is.
  CREATE FUNCTION catalogue_changed() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    of_old text := format('SELECT %s FROM old_rows', TG_ARGV[0]);
    of_new text := format('SELECT %s FROM new_rows', TG_ARGV[0]);
    changed text := CASE TG_OP WHEN 'INSERT' THEN of_new WHEN 'DELETE' THEN of_old
      ELSE format('(%1$s EXCEPT %2$s) UNION ALL (%2$s EXCEPT %1$s)', of_old, of_new) END;
    product_ids text := CASE WHEN TG_ARGV[1] = '' THEN 'NULL::integer[]' ELSE format('array_agg(DISTINCT %I)', TG_ARGV[1]) END;
    skus text := CASE WHEN TG_ARGV[2] = '' THEN 'NULL::text[]' ELSE format('array_agg(DISTINCT %I)', TG_ARGV[2]) END;
  BEGIN
    EXECUTE format('SELECT tell_catalogue(COALESCE(%s, ''{}''), COALESCE(%s, ''{}'')) FROM (%s) changed', product_ids, skus, changed);
    RETURN NULL;
  END $$;
  CREATE FUNCTION network_changed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, actor, payload)
      VALUES ('network.changed', 'network', gen_random_uuid(), 1, 'system:network', jsonb_build_object('table', TG_TABLE_NAME));
    RETURN NULL;
  END $$;

  -- ATP that changed past the store's functions, which raise the version and tell it themselves.
  CREATE FUNCTION stock_untold() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM tell_catalogue(ARRAY[NEW.product_id], '{}');
    RETURN NULL;
  END $$;
  CREATE TRIGGER stock_untold AFTER UPDATE ON stock FOR EACH ROW
    WHEN (NEW.version = OLD.version AND NEW.atp <> OLD.atp) EXECUTE FUNCTION stock_untold();
  -- ATP is the same after a report has subtracted a promise, but a set-aside is no longer used by it.
  CREATE FUNCTION set_aside_unused() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM tell_catalogue(ARRAY[NEW.product_id], '{}')
      FROM (SELECT 1 FROM channel_set_aside a WHERE a.product_id = NEW.product_id AND a.node_id = NEW.node_id LIMIT 1) divided;
    RETURN NULL;
  END $$;
  CREATE TRIGGER set_aside_unused AFTER UPDATE OF state ON reservation FOR EACH ROW
    WHEN (OLD.state <> 'reflected' AND NEW.state = 'reflected') EXECUTE FUNCTION set_aside_unused();

  CREATE FUNCTION capacity_version() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
  END $$;
  CREATE TRIGGER capacity_version BEFORE UPDATE ON node_capacity FOR EACH ROW
    WHEN (NEW.taken <> OLD.taken) EXECUTE FUNCTION capacity_version();
  CREATE FUNCTION capacity_changed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, actor, payload)
      VALUES ('capacity.changed', 'capacity', NEW.node_id || ':' || NEW.day, NEW.version, 'system:capacity',
        jsonb_build_object('nodeId', NEW.node_id, 'day', NEW.day, 'taken', NEW.taken));
    RETURN NULL;
  END $$;
  CREATE TRIGGER capacity_changed AFTER UPDATE ON node_capacity FOR EACH ROW
    WHEN (NEW.version <> OLD.version) EXECUTE FUNCTION capacity_changed();
  CREATE TRIGGER capacity_begun AFTER INSERT ON node_capacity FOR EACH ROW
    WHEN (NEW.taken > 0) EXECUTE FUNCTION capacity_changed();
`;

/** Tables of products: the columns that matter, which of them is a product's id, which a SKU. */
const CATALOGUE: Readonly<Record<string, readonly [columns: string, productId: string, sku: string]>> = {
  product: ['id, sku, active, tags, unit_weight_grams, unit_volume_cm3', 'id', 'sku'],
  product_account_alias: ['account_id, alias, product_id', '', 'alias'],
  kit_component: ['kit_product_id, component_product_id, quantity', 'kit_product_id', ''],
  offer: [
    'node_id, product_id, minimum_quantity, quantity_multiple, lead_time_hours, stocked, active',
    'product_id',
    '',
  ],
  offer_cost: ['node_id, product_id, from_quantity, unit_cost', 'product_id', ''],
  channel_set_aside: ['account_id, node_id, product_id, units', 'product_id', ''],
};

/** Tables of the network, and what happens to them that matters. */
const NETWORK: Readonly<Record<string, string>> = {
  account: 'DELETE OR UPDATE OF code, currency',
  vendor: 'DELETE OR UPDATE OF status, currency, minimum_per_batch',
  node: `INSERT OR DELETE OR UPDATE OF vendor_id, time_zone, cut_off, working_days, lead_time_hours, daily_capacity_units,
    minimum_order_value, small_order_fee, active`,
  node_capacity: 'DELETE',
  node_service: 'INSERT OR DELETE OR UPDATE',
  carrier_service: 'DELETE OR UPDATE OF excluded_tags, active',
  rate_card: 'INSERT OR DELETE OR UPDATE',
  rate_zone: 'INSERT OR DELETE OR UPDATE',
  rate_zone_area: 'INSERT OR DELETE OR UPDATE',
  rate_bracket: 'INSERT OR DELETE OR UPDATE OF rate_card_id, zone, up_to',
  exchange_rate: 'INSERT OR DELETE OR UPDATE',
  duty_threshold: 'INSERT OR DELETE OR UPDATE',
};

const OPERATIONS = [
  ['INSERT', 'NEW TABLE AS new_rows'],
  ['UPDATE', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'],
  ['DELETE', 'OLD TABLE AS old_rows'],
] as const;

const catalogueTriggers = (table: string, args: readonly string[], operations: readonly string[]) =>
  OPERATIONS.filter(([operation]) => operations.includes(operation)).map(
    ([operation, rows]) => `CREATE TRIGGER ${table}_told_${operation.toLowerCase()} AFTER ${operation} ON ${table}
      REFERENCING ${rows} FOR EACH STATEMENT EXECUTE FUNCTION catalogue_changed(${args.map((each) => `'${each}'`).join(', ')})`,
  );

/** Makes the events. */
export const SUPPLY_EVENTS: readonly string[] = [
  FUNCTIONS,
  ...Object.entries(CATALOGUE).flatMap(([table, args]) =>
    catalogueTriggers(table, args, ['INSERT', 'UPDATE', 'DELETE']),
  ),
  ...catalogueTriggers('stock', ['product_id', 'product_id', ''], ['INSERT', 'DELETE']),
  ...Object.entries(NETWORK).map(
    ([table, when]) => `CREATE TRIGGER ${table}_told AFTER ${when} ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION network_changed()`,
  ),
];

/** Ends them, and takes those that were written, which the code before does not know. */
export const DROP_SUPPLY_EVENTS: readonly string[] = [
  `DROP FUNCTION catalogue_changed CASCADE; DROP FUNCTION network_changed CASCADE; DROP FUNCTION stock_untold CASCADE;
   DROP FUNCTION set_aside_unused CASCADE; DROP FUNCTION capacity_version CASCADE; DROP FUNCTION capacity_changed CASCADE;
   DROP FUNCTION tell_catalogue;
   ALTER TABLE node_capacity DROP COLUMN version;
   DELETE FROM event WHERE aggregate_type IN ('catalogue', 'network', 'capacity');
   ALTER TABLE event DROP CONSTRAINT event_aggregate_type_check;
   ALTER TABLE event ADD CONSTRAINT event_aggregate_type_check CHECK (aggregate_type IN ('order', 'stock'))`,
];
