interface Field {
  /** Of CEL. */
  readonly type: 'string' | 'int' | 'double' | 'bool' | 'list<string>';
  readonly meaning: string;
}

/** What rules may speak of: the context of every expression. docs/rules.md prints it. */
export const FIELDS = {
  order: {
    channel: { type: 'string', meaning: "the channel's name, such as shopify" },
    account: { type: 'string', meaning: 'code of the account' },
    customerTier: { type: 'string', meaning: 'what the merchant calls customers like this one; empty where unknown' },
    tags: { type: 'list<string>', meaning: 'of the order, and in Shopify of its customer' },
    currency: { type: 'string', meaning: 'ISO 4217' },
    value: { type: 'double', meaning: "what the customer pays for the units to be routed, in the order's currency" },
    units: { type: 'int', meaning: 'units to be routed' },
    lines: { type: 'int', meaning: 'lines to be routed' },
    weightGrams: { type: 'int', meaning: 'of all units to be routed' },
    hoursToPromise: {
      type: 'double',
      meaning: 'from now to the moment promised to the customer; -1 without a promise',
    },
  },
  destination: {
    country: { type: 'string', meaning: 'ISO 3166-1 alpha-2' },
    region: { type: 'string', meaning: 'code of the region; empty where unknown' },
    postalCode: { type: 'string', meaning: 'empty where unknown or erased' },
    residential: { type: 'bool', meaning: 'a home, as far as the channel says so' },
    located: { type: 'bool', meaning: 'whether its latitude and longitude are known' },
  },
  line: {
    sku: { type: 'string', meaning: '' },
    quantity: { type: 'int', meaning: 'units to be routed' },
    unitPrice: { type: 'double', meaning: "what the customer pays a unit, in the order's currency" },
    weightGrams: { type: 'int', meaning: 'of one unit' },
    tags: { type: 'list<string>', meaning: 'of the product, the first 100' },
    hsCode: { type: 'string', meaning: 'empty where unknown' },
    originCountry: { type: 'string', meaning: 'empty where unknown' },
  },
  offer: {
    available: { type: 'int', meaning: "what the node may promise of the line's SKU; -1 made to order" },
    minimumQuantity: { type: 'int', meaning: '' },
    quantityMultiple: { type: 'int', meaning: '' },
    leadTimeHours: { type: 'int', meaning: "the greater of the node's and the SKU's own" },
  },
  node: {
    code: { type: 'string', meaning: '' },
    vendor: { type: 'string', meaning: 'code of the vendor' },
    country: { type: 'string', meaning: '' },
    region: { type: 'string', meaning: 'empty where unknown' },
    leadTimeHours: { type: 'int', meaning: '' },
    remainingUnits: { type: 'int', meaning: 'that the node can handle today; -1 without limit' },
    reliability: {
      type: 'double',
      meaning: 'from 0 to 1: which share of its purchase orders left in full and in time; 1 where nothing is known',
    },
    judgedOrders: { type: 'int', meaning: 'how many purchase orders of the node that is known from' },
    distanceKm: { type: 'double', meaning: 'great circle to the destination; -1 where that is not located' },
  },
  service: {
    code: { type: 'string', meaning: '' },
    carrier: { type: 'string', meaning: '' },
    transitHours: { type: 'int', meaning: '' },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Field>>>>;

/** The fields that a condition of setAside may speak of: stock is set aside before there is an order. */
export const STANDING_FIELDS: ReadonlySet<string> = new Set([
  ...['node.code', 'node.vendor', 'node.country', 'node.region', 'node.leadTimeHours'],
  ...['line.sku', 'line.weightGrams', 'line.tags', 'line.hsCode', 'line.originCountry'],
]);

export type Subject = keyof typeof FIELDS;

type Value<T extends Field['type']> = T extends 'string'
  ? string
  : T extends 'int'
    ? bigint
    : T extends 'double'
      ? number
      : T extends 'bool'
        ? boolean
        : readonly string[];

/** The facts of one subject, as an expression is evaluated over them. */
export type FactsOf<S extends Subject> = {
  readonly [F in keyof (typeof FIELDS)[S]]: (typeof FIELDS)[S][F] extends Field
    ? Value<(typeof FIELDS)[S][F]['type']>
    : never;
};
