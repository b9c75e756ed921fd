import { scaleHalfUp, type TenThousandths } from '../../../model/money.js';
import { type LineId, parseLineId } from '../../line-id.js';
import type { Loop } from '../../x12/loops.js';
import { childWhere } from '../../x12/taken.js';
import { tenThousandthsOf, wholeOf } from '../../x12/values.js';

const QUANTITY_MAX = 10_000_000;
/** Units of measure that are one piece. */
const PIECES = ['EA', 'UN', 'PC', 'EACH'];
/** Basis of a price for many (IT105, PO105): per hundred and per thousand. */
const PRICED_BY: ReadonlyMap<string, bigint> = new Map([
  ['HP', 100n],
  ['HU', 100n],
  ['TP', 1_000n],
  ['TH', 1_000n],
]);

/** Reads a line's id, which was PO101, from the first of these elements that is one, else from REF LI; null where none is. */
export function readLineId(loop: Loop, ...elements: readonly (string | undefined)[]): LineId | null {
  for (const text of [...elements, childWhere(loop, 'REF', 1, 'LI')?.segment[2]]) {
    const id = parseLineId(text);
    if (id !== null) return id;
  }
  return null;
}

/** A quantity in units: of pieces as it is, of packs times what is in one; null where it is none. */
export function unitsOf(id: LineId, quantity: string | undefined, unitOfMeasure: string | undefined): number | null {
  const count = wholeOf(quantity ?? '', QUANTITY_MAX);
  if (count === null) return null;
  return PIECES.includes(unitOfMeasure?.trim() ?? '') ? count : count * id.unitsPerPack;
}

/** A price per unit, half up to 1/10000; null where it is none. */
export function unitCostOf(
  id: LineId,
  price: string | undefined,
  basis: string | undefined,
  unitOfMeasure: string | undefined,
): TenThousandths | null {
  const cost = tenThousandthsOf(price ?? '', PRICED_BY.get(basis?.trim() ?? '') ?? 1n);
  if (cost === null || cost < 0) return null;
  return PIECES.includes(unitOfMeasure?.trim() ?? '') ? cost : scaleHalfUp(cost, 1n, BigInt(id.unitsPerPack));
}
