import { type DemoRateCard, type DemoService, rateCards, SERVICES } from './carriers.js';
import { CITIES, type City, type Realm } from './cities.js';
import { CATEGORIES, type DemoProduct, makeProducts } from './products.js';
import { type SeededRandom, seededRandom } from './random.js';

/** Currencies' demo rates: one US dollar in each. */
export const DOLLAR_RATES: Readonly<Record<string, string>> = {
  EUR: '0.92000000',
  GBP: '0.79000000',
  CAD: '1.37000000',
  MXN: '17.10000000',
  JPY: '149.50000000',
  CNY: '7.24000000',
  KRW: '1330.00000000',
  SGD: '1.34000000',
  INR: '83.20000000',
  SEK: '10.40000000',
  PLN: '3.95000000',
  AUD: '1.52000000',
  CHF: '0.88000000',
};

export interface DemoVendor {
  readonly code: string;
  readonly name: string;
  readonly realm: Realm;
  readonly currency: string;
  readonly nodes: readonly DemoNode[];
  readonly services: readonly string[];
}

export interface DemoNode {
  readonly code: string;
  readonly city: City;
  readonly leadTimeHours: number;
  readonly cutOff: string;
  readonly workingDays: readonly number[];
  readonly dailyCapacityUnits: number | null;
  readonly orderFeeCents: number;
  readonly minimumOrderCents: number | null;
  readonly smallOrderFeeCents: number | null;
  readonly clearanceFeeCents: number;
  readonly failureCostCents: number;
}

export interface DemoOffer {
  readonly nodeCode: string;
  readonly sku: string;
  readonly unitCosts: readonly { readonly fromQuantity: number; readonly cents: number }[];
  readonly unitFeeCents: number;
  readonly minimumQuantity: number;
  readonly quantityMultiple: number;
  readonly leadTimeHours: number | null;
  /** Null: made to order. */
  readonly onHand: number | null;
  readonly safetyStock: number;
}

/** The vendor's own name for a product. */
export interface DemoAlias {
  readonly vendorCode: string;
  readonly sku: string;
  readonly vendorSku: string;
  readonly unitOfMeasure: string;
  readonly unitsPerPack: number;
}

export interface DemoKit {
  readonly sku: string;
  readonly title: string;
  readonly components: readonly { readonly sku: string; readonly quantity: number; readonly priceShare: string }[];
}

/** A whole network as data: the same from the same numbers, every time. Amounts in cents of the vendor's currency. */
export interface DemoNetwork {
  readonly vendors: readonly DemoVendor[];
  readonly products: readonly DemoProduct[];
  readonly kits: readonly DemoKit[];
  readonly aliases: readonly DemoAlias[];
  readonly offers: readonly DemoOffer[];
  readonly services: readonly DemoService[];
  readonly rateCards: readonly DemoRateCard[];
}

const VENDOR_NAMES = [
  ['sierra', 'Sierra Supply', 'america'],
  ['lakeland', 'Lakeland Goods', 'america'],
  ['bluebonnet', 'Bluebonnet Wholesale', 'america'],
  ['tidewater', 'Tidewater Trading', 'america'],
  ['maple', 'Maple & Pine', 'america'],
  ['delta-werk', 'Delta Werk', 'europe'],
  ['ponte', 'Ponte Forniture', 'europe'],
  ['vistula', 'Vistula Handel', 'europe'],
  ['albion', 'Albion Stores', 'europe'],
  ['pearl', 'Pearl River Factory', 'asia'],
  ['hanami', 'Hanami Direct', 'asia'],
  ['monsoon', 'Monsoon Makers', 'asia'],
] as const;

const CURRENCY: Readonly<Record<Realm, string>> = { america: 'USD', europe: 'EUR', asia: 'USD' };
/** A vendor's prices in its own currency, per dollar. */
const PRICE_LEVEL: Readonly<Record<Realm, number>> = { america: 1, europe: 0.95, asia: 0.72 };
const SERVICES_OF: Readonly<Record<Realm, readonly string[]>> = {
  america: ['swift-ground', 'swift-express', 'globe-economy', 'globe-priority'],
  europe: ['euro-parcel', 'euro-express', 'globe-economy', 'globe-priority'],
  asia: ['lotus-standard', 'lotus-express', 'globe-economy', 'globe-priority'],
};
const NODES_PER_VENDOR = 2.5;

/** Makes the network. 12 vendors and 500 SKUs are the demo; larger ones serve benchmarks. */
export function generateNetwork(size: { seed: number; vendors: number; skus: number }): DemoNetwork {
  const random = seededRandom(size.seed);
  const products = makeProducts(size.skus, random);
  const vendors = makeVendors(size.vendors, random);
  const aliases: DemoAlias[] = [];
  const offers: DemoOffer[] = [];
  for (const [index, vendor] of vendors.entries()) {
    for (const product of products) {
      if (!carries(index, vendors.length, product, random)) continue;
      const packed = random.chance(0.08);
      aliases.push({
        vendorCode: vendor.code,
        sku: product.sku,
        vendorSku: `${vendor.code.slice(0, 3).toUpperCase()}${product.sku.replace('-', '')}`,
        unitOfMeasure: packed ? 'CS' : 'EA',
        unitsPerPack: packed ? random.pick([2, 4, 6]) : 1,
      });
      const pack = aliases.at(-1)?.unitsPerPack ?? 1;
      const level = PRICE_LEVEL[vendor.realm] * (0.42 + random.next() * 0.2);
      for (const node of vendor.nodes) {
        if (random.chance(0.85)) offers.push(makeOffer(node.code, product, pack, level, random));
      }
    }
  }
  return { vendors, products, kits: makeKits(products), aliases, offers, services: SERVICES, rateCards: rateCards() };
}

/** Each vendor has some categories whole and a taste of the others; every product has two vendors at least. */
function carries(vendorIndex: number, vendorCount: number, product: DemoProduct, random: SeededRandom): boolean {
  const category = CATEGORIES.indexOf(product.category);
  const number = Number(product.sku.slice(-4));
  if (vendorIndex === number % vendorCount || vendorIndex === (number * 7 + 3) % vendorCount) return true;
  return random.chance((vendorIndex + category) % 4 === 0 ? 0.75 : 0.15);
}

function makeVendors(count: number, random: SeededRandom): DemoVendor[] {
  const free: Record<Realm, City[]> = { america: [], europe: [], asia: [] };
  const rounds: Record<Realm, number> = { america: 0, europe: 0, asia: 0 };
  const take = (realm: Realm): { city: City; round: number } => {
    if (free[realm].length === 0) {
      free[realm] = CITIES.filter((city) => city.realm === realm);
      rounds[realm] += 1;
    }
    const city = free[realm].shift();
    if (!city) throw new Error(`expected cities in ${realm}`);
    return { city, round: rounds[realm] };
  };
  let nodesDue = 0;
  return Array.from({ length: count }, (_, index) => {
    const [base, name, realm] = VENDOR_NAMES[index % VENDOR_NAMES.length] ?? VENDOR_NAMES[0];
    const generation = Math.floor(index / VENDOR_NAMES.length);
    const code = generation === 0 ? base : `${base}-${generation + 1}`;
    nodesDue += NODES_PER_VENDOR;
    const nodeCount = Math.floor(nodesDue);
    nodesDue -= nodeCount;
    const nodes = Array.from({ length: nodeCount }, () => {
      const { city, round } = take(realm);
      return makeNode(`${code}-${city.code}${round > 1 ? `-${round}` : ''}`, city, realm, random);
    });
    return {
      code,
      name: generation === 0 ? name : `${name} ${generation + 1}`,
      realm,
      currency: CURRENCY[realm],
      nodes,
      services: SERVICES_OF[realm],
    };
  });
}

function makeNode(code: string, city: City, realm: Realm, random: SeededRandom): DemoNode {
  const minimum = random.chance(0.3) ? random.integer(10, 40) * 100 : null;
  return {
    code,
    city,
    leadTimeHours: random.pick(realm === 'asia' ? [24, 48, 72] : [4, 12, 24, 24, 48]),
    cutOff: random.pick(['12:00', '14:00', '15:00', '16:30']),
    workingDays: random.chance(0.25) ? [1, 2, 3, 4, 5, 6] : [1, 2, 3, 4, 5],
    dailyCapacityUnits: random.chance(0.6) ? random.integer(20, 80) * 100 : null,
    orderFeeCents: random.integer(0, 8) * 25,
    minimumOrderCents: minimum,
    smallOrderFeeCents: minimum === null ? null : random.chance(0.7) ? random.integer(2, 8) * 50 : null,
    clearanceFeeCents: random.integer(2, 12) * 50,
    failureCostCents: random.integer(0, 12) * 10,
  };
}

function makeOffer(
  nodeCode: string,
  product: DemoProduct,
  pack: number,
  level: number,
  random: SeededRandom,
): DemoOffer {
  const cents = Math.max(20, Math.round(product.priceCents * level * (0.97 + random.next() * 0.06)));
  const breaks = random.chance(0.35)
    ? [
        { fromQuantity: 10, cents: Math.round(cents * 0.93) },
        { fromQuantity: 50, cents: Math.round(cents * 0.86) },
      ]
    : [];
  const kind = random.next();
  return {
    nodeCode,
    sku: product.sku,
    unitCosts: [{ fromQuantity: 1, cents }, ...breaks],
    unitFeeCents: random.integer(0, 6) * 5,
    minimumQuantity: pack > 1 ? pack : random.chance(0.05) ? random.integer(2, 5) : 1,
    quantityMultiple: pack,
    leadTimeHours: random.chance(0.1) ? random.integer(3, 8) * 24 : null,
    onHand: kind < 0.06 ? null : kind < 0.14 ? 0 : pack * (kind < 0.3 ? random.integer(1, 6) : random.integer(10, 400)),
    safetyStock: random.chance(0.3) ? random.integer(1, 3) : 0,
  };
}

/** Three gift sets, each of two products that ship together. */
function makeKits(products: readonly DemoProduct[]): DemoKit[] {
  return [0, 1, 2].flatMap((index) => {
    const first = products[index * 8];
    const second = products[index * 8 + 8];
    if (!first || !second) return [];
    return [
      {
        sku: `KIT-SET-${index + 1}`,
        title: `Gift set: ${first.title} and ${second.title}`,
        components: [
          { sku: first.sku, quantity: 1, priceShare: '0.60000000' },
          { sku: second.sku, quantity: 2, priceShare: '0.40000000' },
        ],
      },
    ];
  });
}
