import { z } from 'zod';
import { type CsvFault, csvText, type Refused, readCsv } from '../model/csv.js';
import { cell, type Placed, periodFault, readCells } from '../model/csv-cells.js';
import type { NodePrice, OfferPrice, PriceList } from '../model/price-list.js';

/** Columns of a price list, as export writes them. Source: docs/landed-cost.md. */
const COLUMNS = (
  'node sku currency valid_from valid_to from_quantity unit_cost unit_fee minimum_quantity quantity_multiple ' +
  'order_fee minimum_order_value small_order_fee'
).split(' ');

const QUANTITY_MAX = 1_000_000;
/** Price breaks of one SKU at a node. */
const BREAKS_MAX = 100;
const quantity = cell.whole(1, QUANTITY_MAX);
const validity = { currency: cell.currency, valid_from: cell.day, valid_to: cell.day.optional() };

const OFFER_ROW = z.strictObject({
  ...{ node: cell.code, sku: cell.text(100), ...validity },
  ...{ from_quantity: quantity.default(1), unit_cost: cell.amount },
  ...{
    unit_fee: cell.amount.default('0'),
    minimum_quantity: quantity.default(1),
    quantity_multiple: quantity.default(1),
  },
});
const NODE_ROW = z.strictObject({
  ...{ node: cell.code, ...validity, order_fee: cell.amount.default('0') },
  ...{ minimum_order_value: cell.amount.optional(), small_order_fee: cell.amount.optional() },
});
type OfferRow = Placed<z.output<typeof OFFER_ROW>>;

/**
 * Reads a price list: rows with a SKU are its price breaks at a node, rows without are the node's terms. Pure.
 *
 * Errors: every fault with its line: breaks of one SKU that do not begin at 1 or do not agree in their other cells, terms that stand
 *         twice for one day. Periods may overlap: those that began last count.
 */
export function readPriceFile(text: string): PriceList | Refused {
  const read = readCsv(text, COLUMNS);
  if ('faults' in read) return read;
  const offers = readCells(
    read.rows.filter(({ cells }) => cells.sku !== ''),
    OFFER_ROW,
  );
  const nodes = readCells(
    read.rows.filter(({ cells }) => cells.sku === ''),
    NODE_ROW,
  );
  const faults: CsvFault[] = [...offers.faults, ...nodes.faults];
  const fault = (line: number, path: string, message: string) => faults.push({ place: String(line), path, message });
  const offerPrices = groupsOf(offers.records).map((rows) => ({
    line: rows[0]?.line ?? 0,
    value: offerPrice(rows, fault),
  }));
  const nodePrices = nodes.records.map(({ line, value }): Placed<NodePrice> => {
    if (value.small_order_fee !== undefined && value.minimum_order_value === undefined)
      fault(line, 'small_order_fee', 'expected a minimum_order_value, below which the fee is due');
    return {
      line,
      value: {
        ...{ node: value.node, currency: value.currency, validFrom: value.valid_from, validTo: value.valid_to ?? null },
        ...{ orderFee: value.order_fee, minimumOrderValue: value.minimum_order_value ?? null },
        smallOrderFee: value.small_order_fee ?? null,
      },
    };
  });
  checkPeriods(offerPrices, ({ node, sku }) => `${node} ${sku}`, fault);
  checkPeriods(nodePrices, ({ node }) => node, fault);
  if (faults.length > 0) return { faults: faults.sort((a, b) => Number(a.place) - Number(b.place)) };
  return { offers: offerPrices.map(({ value }) => value), nodes: nodePrices.map(({ value }) => value) };
}

/** Rows of one SKU, node and first day. */
function groupsOf(rows: readonly OfferRow[]): OfferRow[][] {
  const groups = new Map<string, OfferRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.value.node, row.value.sku, row.value.valid_from]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

type TellFault = (line: number, path: string, message: string) => void;

function offerPrice(rows: readonly OfferRow[], fault: TellFault): OfferPrice {
  const sorted = [...rows].sort((a, b) => a.value.from_quantity - b.value.from_quantity);
  const [first] = sorted;
  if (!first) throw new Error('expected at least one row of a price');
  if (first.value.from_quantity !== 1) fault(first.line, 'from_quantity', 'expected a price from 1 on, too');
  if (sorted.length > BREAKS_MAX) fault(first.line, 'from_quantity', `expected at most ${BREAKS_MAX} price breaks`);
  for (const [at, { line, value }] of sorted.entries()) {
    if (at > 0 && sorted[at - 1]?.value.from_quantity === value.from_quantity)
      fault(line, 'from_quantity', `there is a price from ${value.from_quantity} on already`);
    for (const name of ['currency', 'valid_to', 'unit_fee', 'minimum_quantity', 'quantity_multiple'] as const)
      if (value[name] !== first.value[name])
        fault(line, name, `expected the same as in line ${first.line}: it is of the SKU, not of a price break`);
  }
  const { node, sku, currency, valid_from, valid_to, unit_fee, minimum_quantity, quantity_multiple } = first.value;
  return {
    ...{ node, sku, currency, validFrom: valid_from, validTo: valid_to ?? null, unitFee: unit_fee },
    ...{ minimumQuantity: minimum_quantity, quantityMultiple: quantity_multiple },
    costs: sorted.map(({ value }) => ({ fromQuantity: value.from_quantity, unitCost: value.unit_cost })),
  };
}

function checkPeriods<T extends { readonly validFrom: string; readonly validTo: string | null }>(
  prices: readonly Placed<T>[],
  keyOf: (price: T) => string,
  fault: TellFault,
): void {
  const seen = new Set<string>();
  for (const { line, value } of prices) {
    const period = periodFault(value.validFrom, value.validTo);
    if (period) fault(line, 'valid_to', period);
    const key = `${keyOf(value)} ${value.validFrom}`;
    if (seen.has(key)) fault(line, 'valid_from', 'these terms stand twice for this day');
    seen.add(key);
  }
}

/** A price list as a file that reads back as the same. Pure. */
export function priceFileText({ offers, nodes }: PriceList): string {
  const validity = ({ node, currency, validFrom, validTo }: OfferPrice | NodePrice) => ({
    ...{ node, currency, valid_from: validFrom, valid_to: validTo ?? '' },
  });
  return csvText(COLUMNS, [
    ...nodes.map((price) => ({
      ...{ ...validity(price), order_fee: price.orderFee, minimum_order_value: price.minimumOrderValue ?? '' },
      small_order_fee: price.smallOrderFee ?? '',
    })),
    ...offers.flatMap((price) =>
      price.costs.map(({ fromQuantity, unitCost }) => ({
        ...{ ...validity(price), sku: price.sku, from_quantity: String(fromQuantity), unit_cost: unitCost },
        ...{ unit_fee: price.unitFee, minimum_quantity: String(price.minimumQuantity) },
        quantity_multiple: String(price.quantityMultiple),
      })),
    ),
  ]);
}
