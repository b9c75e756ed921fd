import { tenThousandths } from '../../check/check-shipment.js';
import type { RequestLine, RequestNode, RequestOffer } from '../../request.js';
import type { Choice, Greatest, Limits } from './choices.js';
import type { LpText, Terms } from './lp-text.js';

/** Lines that go together from one node or not at all (one variable stands for all their units), or one line by the unit. */
export interface Piece {
  readonly name: string;
  readonly lines: readonly RequestLine[];
  readonly whole: boolean;
}

/** Stock, minimum, packs and price breaks of one SKU. Returns what the goods cost. */
export function addOffer(lp: LpText, offer: RequestOffer, name: string, quantity: Terms, wanted: bigint): Terms {
  const most = offer.available === undefined || BigInt(offer.available) > wanted ? wanted : BigInt(offer.available);
  const least = BigInt(offer.minimumQuantity ?? 1);
  const pack = BigInt(offer.quantityMultiple ?? 1);
  if (pack > 1n) lp.row([...quantity, [-pack, lp.integer(`${name}packs`, most / pack)]], '=', 0n);
  const brackets = offer.unitCosts.flatMap(({ fromQuantity, unitCost }, at) => {
    const next = offer.unitCosts[at + 1];
    const from = BigInt(fromQuantity) > least ? BigInt(fromQuantity) : least;
    const to = next !== undefined && BigInt(next.fromQuantity) - 1n < most ? BigInt(next.fromQuantity) - 1n : most;
    return from <= to ? [{ from, to, price: tenThousandths(unitCost) }] : [];
  });
  const [only] = brackets;
  if (brackets.length === 1 && only && only.from <= 1n) {
    lp.row(quantity, '<=', only.to);
    return quantity.map(([count, variable]) => [count * only.price, variable]);
  }
  const parts = brackets.map(({ from, to, price }, at) => {
    const priced = lp.binary(`${name}b${at}`);
    const part = lp.integer(`${name}q${at}`, to);
    lp.row(
      [
        [1n, part],
        [-from, priced],
      ],
      '>=',
      0n,
    );
    lp.row(
      [
        [1n, part],
        [-to, priced],
      ],
      '<=',
      0n,
    );
    return { priced, part, price };
  });
  if (parts.length > 1)
    lp.row(
      parts.map(({ priced }) => [1n, priced]),
      '<=',
      1n,
    );
  lp.row([...quantity, ...parts.map(({ part }) => [-1n, part] as const)], '=', 0n);
  return parts.map(({ part, price }) => [price, part]);
}

/** Duty above the threshold, and the clearance of a shipment that pays any. Returns what they cost. */
export function addDuty(
  lp: LpText,
  node: RequestNode,
  name: string,
  dutiable: readonly { quantity: Terms; most: bigint; duty: bigint; name: string }[],
  value: Terms,
  pieces: readonly Piece[],
): [bigint, string][] {
  const cost: [bigint, string][] = [];
  if (dutiable.length === 0) return cost;
  const clearance = amount(node.clearanceFee);
  const cleared = clearance > 0n ? lp.binary(`${name}clear`) : null;
  if (cleared !== null) cost.push([clearance, cleared]);
  if (node.dutyFreeUpTo === undefined) {
    for (const { quantity, most, duty } of dutiable) {
      cost.push(...quantity.map(([count, variable]) => [count * duty, variable] as [bigint, string]));
      if (cleared !== null) lp.row([...quantity, [-most, cleared]], '<=', 0n);
    }
    return cost;
  }
  const limit = amount(node.dutyFreeUpTo);
  const worth = pieces.reduce(
    (sum, piece) =>
      sum + piece.lines.reduce((of, line) => of + tenThousandths(line.unitPrice) * BigInt(line.quantity), 0n),
    0n,
  );
  if (worth <= limit) return [];
  const pays = lp.binary(`${name}duty`);
  lp.row([...value, [limit - worth, pays]], '<=', limit, 10_000);
  for (const { quantity, most, duty, name: sku } of dutiable) {
    const taxed = lp.continuous(`${sku}taxed`);
    lp.row([...quantity, [most, pays], [-1n, taxed]], '<=', most);
    cost.push([duty, taxed]);
    if (cleared !== null)
      lp.row(
        [
          [1n, taxed],
          [-most, cleared],
        ],
        '<=',
        0n,
      );
  }
  return cost;
}

/** What the chosen way demands of each total. Returns the cost of counted steps: prices in 1/10000, their surcharges (`fine`) in 1/10^10. */
export function addLimits(
  lp: LpText,
  name: string,
  choices: readonly Choice[],
  chosen: readonly string[],
  totals: Readonly<Record<keyof Limits, Terms>>,
  greatest: Greatest,
): { readonly cost: Terms; readonly fine: Terms } {
  const cost: [bigint, string][] = [];
  const fine: [bigint, string][] = [];
  const counted = choices.map(({ more }, at) => {
    if (more === undefined) return undefined;
    const steps = (more.carried + more.room) / more.room;
    const variable = lp.integer(`${name}more${at}`, steps);
    lp.row(
      [
        [1n, variable],
        [-steps, chosen[at] ?? ''],
      ],
      '<=',
      0n,
    );
    cost.push([more.price, variable]);
    fine.push([more.price * more.percent, variable]);
    return variable;
  });
  for (const total of ['grams', 'volume', 'units', 'goods'] as const) {
    const scale = total === 'goods' ? 10_000 : 1;
    const ceiling: [bigint, string][] = [];
    const floor: [bigint, string][] = [];
    let capped = false;
    for (const [at, { limits, more, service }] of choices.entries()) {
      const way = chosen[at] ?? '';
      const limit = limits[total];
      const binds = limit?.most !== undefined && (limit.most < greatest[total] || more !== undefined);
      capped ||= binds;
      ceiling.push([-(binds ? (limit?.most ?? 0n) : greatest[total]), way]);
      const steps = counted[at];
      if (binds && more !== undefined && steps !== undefined) {
        const each = total === 'volume' ? BigInt(service.dimensionalDivisor ?? 0) : 1000n;
        ceiling.push([-(more.room * each) / 1000n, steps]);
        const carried = (more.carried * each) / 1000n;
        if (carried < greatest[total])
          lp.row([...totals[total], [greatest[total] - carried, way]], '<=', greatest[total], scale);
      }
      if (limit?.least !== undefined) floor.push([-limit.least, way]);
    }
    if (capped) lp.row([...totals[total], ...ceiling], '<=', 0n, scale);
    if (floor.length > 0) lp.row([...totals[total], ...floor], '>=', 0n, scale);
  }
  return { cost, fine };
}

/** An amount in 1/10000; a missing one is 0. */
export function amount(text: string | undefined): bigint {
  return text === undefined ? 0n : tenThousandths(text);
}
