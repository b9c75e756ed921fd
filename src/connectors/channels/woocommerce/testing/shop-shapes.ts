/** Whether a value may stand there. */
type Shape = (value: unknown) => boolean;
type Shapes = Readonly<Record<string, Shape>>;

/** The core's order statuses, and one that a plugin added. */
export const STATUSES = ['pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed', 'packed'];

const text: Shape = (value) => typeof value === 'string';
const whole: Shape = (value) => Number.isSafeInteger(value);
const flag: Shape = (value) => typeof value === 'boolean';
const oneOf =
  (...allowed: string[]): Shape =>
  (value) =>
    allowed.includes(String(value));
const list =
  (shape: Shape, atMost = Number.POSITIVE_INFINITY): Shape =>
  (value) =>
    Array.isArray(value) && value.length <= atMost && value.every(shape);
const object =
  (shapes: Shapes): Shape =>
  (value) =>
    typeof value === 'object' && value !== null && strayOf(value, shapes) === null;
/** Of a query, where all is text. */
const figure =
  (least: number, most: number): Shape =>
  (value) =>
    /^\d{1,9}$/.test(String(value)) && Number(value) >= least && Number(value) <= most;
const moment: Shape = (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(String(value));
const statuses: Shape = (value) =>
  String(value)
    .split(',')
    .every((one) => one === 'any' || STATUSES.includes(one));

const paging = { page: figure(1, 1e9), per_page: figure(1, 100), _fields: text };
const stock = object({ id: whole, stock_quantity: whole, manage_stock: flag });

/**
 * What each route takes, by its query or its body. WooCommerce itself passes over what it does not know; a double that refuses it finds
 * what is misspelt. Source: WooCommerce REST API documentation, wc/v3.
 */
export const ROUTES: readonly { readonly method: string; readonly path: RegExp; readonly takes: Shapes }[] = [
  {
    ...{ method: 'GET', path: /^orders$/ },
    takes: {
      ...paging,
      ...{ modified_after: moment, modified_before: moment, dates_are_gmt: oneOf('true', 'false') },
      ...{ order: oneOf('asc', 'desc'), orderby: oneOf('date', 'id', 'include', 'title', 'slug'), status: statuses },
    },
  },
  { method: 'GET', path: /^orders\/(\d+)$/, takes: {} },
  {
    ...{ method: 'PUT', path: /^orders\/(\d+)$/ },
    takes: { status: oneOf(...STATUSES), meta_data: list(object({ key: text, value: () => true })) },
  },
  { method: 'GET', path: /^orders\/(\d+)\/notes$/, takes: { type: oneOf('any', 'customer', 'internal') } },
  { method: 'POST', path: /^orders\/(\d+)\/notes$/, takes: { note: text, customer_note: flag } },
  { method: 'GET', path: /^products$/, takes: { ...paging, sku: text } },
  { method: 'POST', path: /^products\/batch$/, takes: { update: list(stock, 100) } },
  { method: 'POST', path: /^products\/(\d+)\/variations\/batch$/, takes: { update: list(stock, 100) } },
  {
    ...{ method: 'GET', path: /^webhooks$/ },
    takes: { ...paging, status: oneOf('all', 'active', 'paused', 'disabled') },
  },
  { method: 'PUT', path: /^webhooks\/(\d+)$/, takes: { status: oneOf('active', 'paused', 'disabled') } },
];

/** The first key that is unknown or whose value has not its shape. */
export function strayOf(given: object, shapes: Shapes): string | null {
  const stray = Object.entries(given).find(([key, value]) => !(Object.hasOwn(shapes, key) && shapes[key]?.(value)));
  return stray?.[0] ?? null;
}
