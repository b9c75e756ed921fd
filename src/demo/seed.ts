import type { Clock } from '../model/clock.js';
import { setAccountSecrets } from '../store/accounts.js';
import type { Pool } from '../store/database.js';
import type { SecretKeys } from '../store/secrets.js';
import { setVendorSecrets } from '../store/vendors.js';
import { type DemoNetwork, generateNetwork } from './network.js';
import { type Column, cents, idsByCode, idsBySku, insert } from './rows.js';
import { loadDemoCurrencies, loadRates } from './seed-rates.js';

/** The demo's secrets are known to all: they guard nothing but made-up data. */
export const DEMO_SHOP_SECRET = 'demo-shop-webhook-secret';
export const demoVendorToken = (vendorCode: string) => `demo-token-${vendorCode}`;
export const DEMO_SIZE = { seed: 1, vendors: 12, skus: 500 } as const;

/** SKUs of Shopify's own published examples, and the demo products that stand for them. */
const SHOPIFY_ALIASES = [
  'IPOD2008GREEN',
  'IPOD2008RED',
  'IPOD2008BLACK',
  'IPOD2008PINK',
  'IPOD2009BLACK',
  'crafty_shoes_red',
  'draft-151',
];

export interface SeedResult {
  /** False where this network was loaded before. */
  readonly loaded: boolean;
  readonly vendors: number;
  readonly nodes: number;
  readonly products: number;
  readonly offers: number;
}

/**
 * Loads the demo network, in chunks, each its own transaction. Running it again adds only what is missing: a start that was
 * killed half-way is finished by the next.
 *
 * `vendorBaseUrl`: where the simulated vendors listen; each gets `<vendorBaseUrl>/vendors/<code>`.
 */
export async function seedDemo(
  pool: Pool,
  options: {
    readonly seed?: number;
    readonly vendors?: number;
    readonly skus?: number;
    readonly vendorBaseUrl: string;
    readonly keys: SecretKeys;
    readonly clock: Clock;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<SeedResult> {
  const size = {
    seed: options.seed ?? DEMO_SIZE.seed,
    vendors: options.vendors ?? DEMO_SIZE.vendors,
    skus: options.skus ?? DEMO_SIZE.skus,
  };
  const network = generateNetwork(size);
  const counts = {
    vendors: network.vendors.length,
    nodes: network.vendors.flatMap((vendor) => vendor.nodes).length,
    products: network.products.length,
    offers: network.offers.length,
  };
  const { rowCount } = await pool.query("SELECT 1 FROM installation WHERE key = 'demo.network' AND value = $1", [size]);
  if (rowCount) {
    await pointVendors(pool, options.vendorBaseUrl);
    await loadDemoCurrencies(pool);
    return { loaded: false, ...counts };
  }
  const steps = [
    () => loadAccounts(pool, options.keys),
    () => loadVendors(pool, network, options),
    () => loadProducts(pool, network),
    () => loadRates(pool, network),
    () => loadOffers(pool, network, options.clock.now()),
  ];
  for (const [done, step] of steps.entries()) {
    options.onProgress?.(done, steps.length);
    await step();
  }
  await pool.query(
    "INSERT INTO installation (key, value) VALUES ('demo.network', $1) ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, set_at = now()",
    [size],
  );
  options.onProgress?.(steps.length, steps.length);
  return { loaded: true, ...counts };
}

/** The simulated vendors may listen elsewhere than at the last start. */
async function pointVendors(pool: Pool, vendorBaseUrl: string): Promise<void> {
  await pool.query(
    `UPDATE vendor SET settings = jsonb_build_object('baseUrl', $1::text || '/vendors/' || code)
     WHERE connector = 'rest' AND settings->>'baseUrl' LIKE 'http://127.0.0.1:%/vendors/%'
       AND settings->>'baseUrl' <> $1::text || '/vendors/' || code`,
    [vendorBaseUrl],
  );
}

async function loadAccounts(pool: Pool, keys: SecretKeys): Promise<void> {
  await insert(
    pool,
    'account',
    [
      ['code', 'text'],
      ['name', 'text'],
      ['channel', 'text'],
      ['currency', 'text'],
      ['settings', 'jsonb'],
    ],
    [
      { code: 'demo-shop', name: 'Demo shop (Shopify)', channel: 'shopify', currency: 'USD', settings: {} },
      { code: 'demo-api', name: 'Demo partner (API)', channel: 'api', currency: 'USD', settings: {} },
    ],
  );
  await setAccountSecrets(pool, keys, 'demo-shop', { webhookSecret: DEMO_SHOP_SECRET });
}

async function loadVendors(
  pool: Pool,
  network: DemoNetwork,
  options: { vendorBaseUrl: string; keys: SecretKeys },
): Promise<void> {
  await insert(
    pool,
    'vendor',
    [
      ['code', 'text'],
      ['name', 'text'],
      ['connector', 'text'],
      ['currency', 'text'],
      ['feed_subtracts', 'text'],
      ['feed_skew_seconds', 'integer'],
      ['settings', 'jsonb'],
    ],
    network.vendors.map((vendor) => ({
      code: vendor.code,
      name: vendor.name,
      connector: 'rest',
      currency: vendor.currency,
      feed_subtracts: 'shipped',
      feed_skew_seconds: 1,
      settings: { baseUrl: `${options.vendorBaseUrl}/vendors/${vendor.code}` },
    })),
  );
  for (const vendor of network.vendors)
    await setVendorSecrets(pool, options.keys, vendor.code, { token: demoVendorToken(vendor.code) });
  const ids = await idsByCode(pool, 'vendor');
  await insert(
    pool,
    'node',
    [
      ['code', 'text'],
      ['vendor_id', 'integer'],
      ['name', 'text'],
      ['country_code', 'text'],
      ['region_code', 'text'],
      ['postal_code', 'text'],
      ['city', 'text'],
      ['latitude', 'numeric'],
      ['longitude', 'numeric'],
      ['time_zone', 'text'],
      ['cut_off', 'time'],
      ['working_days', 'integer[]'],
      ['lead_time_hours', 'integer'],
      ['daily_capacity_units', 'integer'],
      ['order_fee', 'numeric'],
      ['minimum_order_value', 'numeric'],
      ['small_order_fee', 'numeric'],
      ['clearance_fee', 'numeric'],
      ['failure_cost', 'numeric'],
    ],
    network.vendors.flatMap((vendor) =>
      vendor.nodes.map((node) => ({
        code: node.code,
        vendor_id: ids.get(vendor.code),
        name: `${vendor.name}, ${node.city.name}`,
        country_code: node.city.countryCode,
        region_code: node.city.regionCode,
        postal_code: node.city.postalCode,
        city: node.city.name,
        latitude: node.city.latitude,
        longitude: node.city.longitude,
        time_zone: node.city.timeZone,
        cut_off: node.cutOff,
        working_days: node.workingDays,
        lead_time_hours: node.leadTimeHours,
        daily_capacity_units: node.dailyCapacityUnits,
        order_fee: cents(node.orderFeeCents),
        minimum_order_value: cents(node.minimumOrderCents),
        small_order_fee: cents(node.smallOrderFeeCents),
        clearance_fee: cents(node.clearanceFeeCents),
        failure_cost: cents(node.failureCostCents),
      })),
    ),
  );
  await pool.query(
    `INSERT INTO vendor_poll (vendor_id, kind, next_action_at)
     SELECT id, kind, now() FROM vendor, unnest(ARRAY['documents', 'stock']) AS kind WHERE connector = 'rest' ON CONFLICT DO NOTHING`,
  );
}

async function loadProducts(pool: Pool, network: DemoNetwork): Promise<void> {
  const columns: Column[] = [
    ['sku', 'text'],
    ['title', 'text'],
    ['unit_weight_grams', 'integer'],
    ['unit_volume_cm3', 'integer'],
    ['tags', 'text[]'],
    ['hs_code', 'text'],
    ['origin_country', 'text'],
    ['list_price', 'numeric'],
  ];
  const row = (product: DemoNetwork['products'][number]) => ({
    sku: product.sku,
    title: product.title,
    unit_weight_grams: product.unitWeightGrams,
    unit_volume_cm3: product.unitVolumeCm3,
    tags: product.tags,
    hs_code: product.hsCode,
    origin_country: product.originCountry,
    list_price: cents(product.priceCents),
  });
  await insert(pool, 'product', columns, network.products.map(row));
  await insert(
    pool,
    'product',
    columns,
    network.kits.map((kit) => ({
      sku: kit.sku,
      title: kit.title,
      unit_weight_grams: 0,
      unit_volume_cm3: 0,
      tags: [],
      list_price: '99.00',
    })),
  );
  const ids = await idsBySku(pool);
  // The shares of one kit are checked when its transaction ends, so a kit goes in whole.
  await insert(
    pool,
    'kit_component',
    [
      ['kit_product_id', 'integer'],
      ['component_product_id', 'integer'],
      ['quantity', 'integer'],
      ['price_share', 'numeric'],
    ],
    network.kits.flatMap((kit) =>
      kit.components.map((part) => ({
        kit_product_id: ids.get(kit.sku),
        component_product_id: ids.get(part.sku),
        quantity: part.quantity,
        price_share: part.priceShare,
      })),
    ),
  );
  const vendorIds = await idsByCode(pool, 'vendor');
  await insert(
    pool,
    'product_vendor_alias',
    [
      ['vendor_id', 'integer'],
      ['product_id', 'integer'],
      ['vendor_sku', 'text'],
      ['unit_of_measure', 'text'],
      ['units_per_pack', 'integer'],
    ],
    network.aliases.map((alias) => ({
      vendor_id: vendorIds.get(alias.vendorCode),
      product_id: ids.get(alias.sku),
      vendor_sku: alias.vendorSku,
      unit_of_measure: alias.unitOfMeasure,
      units_per_pack: alias.unitsPerPack,
    })),
  );
  const accountIds = await idsByCode(pool, 'account');
  const electronics = network.products.filter((product) => product.category === 'electronics');
  await insert(
    pool,
    'product_account_alias',
    [
      ['account_id', 'integer'],
      ['alias', 'text'],
      ['product_id', 'integer'],
    ],
    SHOPIFY_ALIASES.map((alias, index) => ({
      account_id: accountIds.get('demo-shop'),
      alias,
      product_id: ids.get((electronics[index] ?? network.products[0])?.sku ?? ''),
    })),
  );
}

async function loadOffers(pool: Pool, network: DemoNetwork, now: Date): Promise<void> {
  const nodes = await idsByCode(pool, 'node');
  const products = await idsBySku(pool);
  const keyed = network.offers.map((offer) => ({
    ...offer,
    node_id: nodes.get(offer.nodeCode),
    product_id: products.get(offer.sku),
  }));
  await insert(
    pool,
    'offer',
    [
      ['node_id', 'integer'],
      ['product_id', 'integer'],
      ['unit_fee', 'numeric'],
      ['minimum_quantity', 'integer'],
      ['quantity_multiple', 'integer'],
      ['lead_time_hours', 'integer'],
      ['stocked', 'boolean'],
    ],
    keyed.map((offer) => ({
      node_id: offer.node_id,
      product_id: offer.product_id,
      unit_fee: cents(offer.unitFeeCents),
      minimum_quantity: offer.minimumQuantity,
      quantity_multiple: offer.quantityMultiple,
      lead_time_hours: offer.leadTimeHours,
      stocked: offer.onHand !== null,
    })),
  );
  await insert(
    pool,
    'offer_cost',
    [
      ['node_id', 'integer'],
      ['product_id', 'integer'],
      ['from_quantity', 'integer'],
      ['unit_cost', 'numeric'],
    ],
    keyed.flatMap((offer) =>
      offer.unitCosts.map((step) => ({
        node_id: offer.node_id,
        product_id: offer.product_id,
        from_quantity: step.fromQuantity,
        unit_cost: cents(step.cents),
      })),
    ),
  );
  await insert(
    pool,
    'stock',
    [
      ['node_id', 'integer'],
      ['product_id', 'integer'],
      ['on_hand', 'integer'],
      ['as_of', 'timestamptz'],
      ['safety_stock', 'integer'],
    ],
    keyed
      .filter((offer) => offer.onHand !== null)
      .map((offer) => ({
        node_id: offer.node_id,
        product_id: offer.product_id,
        on_hand: offer.onHand,
        as_of: now.toISOString(),
        safety_stock: offer.safetyStock,
      })),
  );
}
