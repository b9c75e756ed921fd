import type { CanonicalLine } from '../../../model/canonical-order.js';
import {
  formatAmountShort,
  parseAmount,
  scaleHalfUp,
  type TenThousandths,
  timesQuantity,
} from '../../../model/money.js';
import type { Loop } from '../../x12/loops.js';
import { childrenOf, childWhere } from '../../x12/taken.js';
import { decimalOf, tenThousandthsOf, wholeOf } from '../../x12/values.js';
import { lineDiscountsOf } from './charges.js';
import { elementPath, type Reading } from './reading.js';

const LINES_MAX = 500;
const QUANTITY_MAX = 1_000_000;
const PROPERTIES_MAX = 50;
const VENDOR_IDS = ['VN', 'VP', 'VA', 'VC'];
const BUYER_IDS = ['BP', 'IN', 'CB', 'PI', 'SK'];
const TRADE_IDS = ['UP', 'EN', 'UK', 'UA', 'UI', 'EO'];
/** Units that are one piece. */
const PIECES = ['EA', 'UN', 'PC', 'PR', 'ST', 'SE', 'KT'];
/** PO105 of a price for many: per hundred and per thousand. */
const PRICED_BY: ReadonlyMap<string, bigint> = new Map([
  ['HP', 100n],
  ['HU', 100n],
  ['TP', 1_000n],
  ['TH', 1_000n],
]);

/** The lines of an 850, one for each PO1 loop. */
export function linesOf(reading: Reading, set: Loop): CanonicalLine[] {
  const loops = childrenOf(set, 'PO1');
  if (loops.length === 0 || loops.length > LINES_MAX) {
    const code = loops.length === 0 ? 'LINES_MISSING' : 'TOO_MANY_LINES';
    reading.fault(code, set.path, `expected 1 to ${LINES_MAX} PO1 segments, got ${loops.length}`);
    return [];
  }
  const lines = loops.flatMap((loop, index) => lineOf(reading, loop, index) ?? []);
  const seen = new Set<string>();
  for (const [index, { externalLineId }] of lines.entries()) {
    const loop = loops[index];
    if (seen.has(externalLineId) && loop)
      reading.fault('LINE_REPEATED', elementPath(loop, 1), `line ${externalLineId} stands twice`);
    seen.add(externalLineId);
  }
  return lines;
}

function lineOf(reading: Reading, loop: Loop, index: number): CanonicalLine | null {
  const quantity = wholeOf(reading.text(loop, 2) ?? '', QUANTITY_MAX);
  if (quantity === null || quantity === 0)
    reading.fault('QUANTITY_INVALID', elementPath(loop, 2), `expected a whole number from 1 to ${QUANTITY_MAX}`);
  const ids = idsOf(reading, loop);
  if (ids.sku === undefined)
    reading.fault('SKU_MISSING', loop.path, `expected one of the ids ${reading.settings.skuQualifiers.join(', ')}`);
  const price = priceOf(reading, loop);
  refuseDistribution(reading, loop);
  const unitOfMeasure = reading.text(loop, 3);
  if (unitOfMeasure !== undefined && !PIECES.includes(unitOfMeasure))
    reading.warn('UNIT_OF_MEASURE', elementPath(loop, 3), `ordered in ${unitOfMeasure}: quantities count those`);
  const discounts = lineDiscountsOf(reading, loop);
  if (quantity === null || quantity === 0 || ids.sku === undefined || price === null) return null;
  const off = discounts.reduce((sum, { value }) => sum + parseAmount(value.amount), 0);
  const unitPrice = off === 0 ? price : netOf(reading, loop, price, quantity, off);
  const [pid] = childrenOf(loop, 'PID');
  if (pid) reading.taken.mark(pid, 2);
  return {
    externalLineId: reading.text(loop, 1) ?? `#${index + 1}`,
    ...{
      ...ids,
      sku: ids.sku,
      title: reading.text(pid, 5),
      quantity,
      unitPrice,
      requiresShipping: true,
      unitOfMeasure,
    },
    quantities: { ordered: quantity },
    listPrice: listPriceOf(reading, loop),
    ...(discounts.length === 0 ? {} : { discounts }),
    customs: customsOf(reading, loop),
    properties: propertiesOf(reading, loop),
  };
}

function idsOf(
  reading: Reading,
  loop: Loop,
): Pick<CanonicalLine, 'vendorSku' | 'buyerSku' | 'gtin'> & { sku?: string } {
  const pairs = reading.taken.pairs(loop, 6);
  const first = (qualifiers: readonly string[]) => {
    const found = qualifiers.map((qualifier) => pairs.get(qualifier)).find((pair) => pair !== undefined);
    if (found) reading.taken.mark(loop, found.at, found.at + 1);
    return found?.value;
  };
  const sku = first(reading.settings.skuQualifiers);
  return {
    ...(sku === undefined ? {} : { sku }),
    vendorSku: first(VENDOR_IDS),
    buyerSku: first(BUYER_IDS),
    gtin: first(TRADE_IDS),
  };
}

function priceOf(reading: Reading, loop: Loop): TenThousandths | null {
  const basis = reading.text(loop, 5) ?? '';
  const price = tenThousandthsOf(reading.text(loop, 4) ?? '', PRICED_BY.get(basis) ?? 1n);
  if (price !== null && price >= 0) return price;
  reading.fault('PRICE_INVALID', elementPath(loop, 4), 'expected a price that is not negative');
  return null;
}

function netOf(
  reading: Reading,
  loop: Loop,
  price: TenThousandths,
  quantity: number,
  off: TenThousandths,
): TenThousandths {
  try {
    return Math.max(0, scaleHalfUp(timesQuantity(price, quantity) - off, 1n, BigInt(quantity)));
  } catch {
    reading.fault('PRICE_INVALID', elementPath(loop, 4), 'the line’s total is out of range');
    return price;
  }
}

/** One order goes to one place: lines that are for several, or for another, would go astray. */
function refuseDistribution(reading: Reading, loop: Loop): void {
  const [sdq] = childrenOf(loop, 'SDQ');
  if (sdq)
    reading.fault(
      'SHIP_TO_SEVERAL',
      sdq.path,
      'quantities for several destinations (SDQ) cannot be routed as one order',
    );
  const elsewhere = childWhere(loop, 'N1', 1, 'ST');
  if (elsewhere && childrenOf(elsewhere, 'N4').length > 0)
    reading.fault('SHIP_TO_SEVERAL', elsewhere.path, 'a ship-to of a single line cannot be routed as one order');
  const [subline] = childrenOf(loop, 'SLN');
  if (subline) reading.warn('SUBLINES_UNMAPPED', subline.path, 'components (SLN) are listed and not ordered apart');
}

function listPriceOf(reading: Reading, loop: Loop): CanonicalLine['listPrice'] {
  const ctp = childWhere(loop, 'CTP', 2, 'MSR', 'RTL', 'SLP');
  const price = ctp && tenThousandthsOf(ctp.segment[3] ?? '');
  if (!ctp || typeof price !== 'number') return undefined;
  reading.taken.mark(ctp, 1, 2, 3);
  return { amount: formatAmountShort(price) };
}

function customsOf(reading: Reading, loop: Loop): CanonicalLine['customs'] {
  const tc2 = childWhere(loop, 'TC2', 1, 'J');
  if (tc2) reading.taken.mark(tc2, 1);
  const hsCode = reading.text(tc2, 2);
  const origin = reading.taken.pairs(loop, 6).get('CH');
  if (origin) reading.taken.mark(loop, origin.at, origin.at + 1);
  if (hsCode === undefined && origin === undefined) return undefined;
  return { ...(hsCode === undefined ? {} : { hsCode }), ...(origin ? { originCountry: origin.value } : {}) };
}

/** Words on a line: further descriptions, packing and messages. */
function propertiesOf(reading: Reading, loop: Loop): CanonicalLine['properties'] {
  const words: { name: string; value: string }[] = [];
  const say = (name: string, value: string | undefined) => {
    if (value !== undefined && words.length < PROPERTIES_MAX) words.push({ name, value });
  };
  for (const described of [...childrenOf(loop, 'PID'), ...childrenOf(loop, 'PKG')]) reading.taken.mark(described, 1);
  for (const pid of childrenOf(loop, 'PID').slice(1))
    say(`PID ${reading.text(pid, 2) ?? ''}`.trim(), reading.text(pid, 5));
  for (const pkg of childrenOf(loop, 'PKG')) say(`PKG ${reading.text(pkg, 2) ?? ''}`.trim(), reading.text(pkg, 5));
  for (const msg of childrenOf(loop, 'MSG')) say('MSG', reading.text(msg, 1));
  for (const n9 of childrenOf(loop, 'N9')) {
    const name = [reading.text(n9, 1), reading.text(n9, 2)].filter((text) => text !== undefined).join(' ');
    say(
      name,
      [reading.text(n9, 3), ...childrenOf(n9, 'MSG').map((msg) => reading.text(msg, 1))]
        .filter((text) => text !== undefined)
        .join(' ') || undefined,
    );
  }
  return words.length === 0 ? undefined : words;
}

/** Warns where CTT counts or sums the lines otherwise than they are. */
export function checkTotals(reading: Reading, set: Loop): void {
  const [ctt] = childrenOf(set, 'CTT');
  if (ctt === undefined) return;
  const loops = childrenOf(set, 'PO1');
  const said = reading.text(ctt, 1);
  if (said !== undefined && wholeOf(said, Number.MAX_SAFE_INTEGER) !== loops.length)
    reading.warn('CTT_COUNT', elementPath(ctt, 1), `CTT01 says ${said.slice(0, 20)} lines, there are ${loops.length}`);
  const hash = reading.text(ctt, 2);
  const sum = loops.reduce((total, loop) => total + (wholeOf(loop.segment[2] ?? '', QUANTITY_MAX) ?? Number.NaN), 0);
  if (hash !== undefined && decimalOf(hash) !== String(sum))
    reading.warn('CTT_HASH', elementPath(ctt, 2), `CTT02 says ${hash.slice(0, 20)}, the quantities are ${sum}`);
}
