import type { InvoiceNotice } from '../../vendor-documents.js';
import type { Loop } from '../../x12/loops.js';
import { childrenOf, childWhere } from '../../x12/taken.js';
import { centsOf, tenThousandthsOf } from '../../x12/values.js';
import { readLineId, unitCostOf, unitsOf } from './line-ids.js';
import { textAt, type VendorSet } from './vendor-set.js';

type Charge = InvoiceNotice['charges'][number];

/** BIG07 of credits, which take back instead of billing. */
const CREDITS = ['CN', 'CR', 'CO', 'CP'];

/** An 810 as an invoice, all of it or nothing: a bill of which a line is missing matches nothing. */
export function invoiceOf810(set: VendorSet): InvoiceNotice[] {
  const big = set.first('BIG');
  const loops = childrenOf(set.root, 'IT1');
  const poNumber = textAt(big, 4) ?? poOfLines(loops) ?? textAt(childWhere(set.root, 'REF', 1, 'PO'), 2);
  const invoiceNumber = textAt(big, 2);
  const kind = textAt(big, 7) ?? '';
  const wrong =
    poNumber === undefined
      ? 'expected BIG04: the number of the purchase order'
      : invoiceNumber === undefined
        ? 'expected BIG02: the number of the invoice'
        : CREDITS.includes(kind)
          ? `a credit (BIG07 ${kind}) is for a person`
          : null;
  if (wrong !== null || poNumber === undefined || invoiceNumber === undefined) {
    set.problem(poNumber ?? null, big?.path ?? set.root.path, wrong ?? 'expected an invoice');
    return [];
  }
  const lines = loops.map((loop) => lineOf(set, loop, poNumber));
  if (lines.length === 0 || lines.some((line) => line === null)) {
    if (lines.length === 0) set.problem(poNumber, set.root.path, 'expected IT1 segments');
    return [];
  }
  const total = centsOf(textAt(set.first('TDS'), 1) ?? '');
  return [
    {
      ...{ kind: 'invoice', poNumber, invoiceNumber, at: set.moment(textAt(big, 1)) ?? set.writtenAt },
      currency: textAt(set.first('CUR'), 2) ?? set.settings.currency,
      lines: lines.filter((line) => line !== null),
      charges: [set.root, ...loops, ...childrenOf(set.root, 'TDS')].flatMap(chargesOf),
      ...(total === null ? {} : { total }),
    },
  ];
}

/** Some number their order only beside the items. */
function poOfLines(loops: readonly Loop[]): string | undefined {
  for (const { segment } of loops)
    for (let at = 6; at + 1 < segment.length; at += 2) if (segment[at]?.trim() === 'PO') return segment[at + 1]?.trim();
  return undefined;
}

function lineOf(set: VendorSet, loop: Loop, poNumber: string): InvoiceNotice['lines'][number] | null {
  const id = readLineId(loop, loop.segment[1]);
  const quantity = id && unitsOf(id, loop.segment[2], loop.segment[3]);
  const [ctp] = childrenOf(loop, 'CTP');
  const unitCost =
    id &&
    (unitCostOf(id, loop.segment[4], loop.segment[5], loop.segment[3]) ??
      unitCostOf(id, ctp?.segment[3], undefined, textAt(ctp, 5) ?? loop.segment[3]));
  if (id !== null && quantity !== null && unitCost !== null) return { lineNo: id.lineNo, quantity, unitCost };
  const what =
    id === null
      ? 'the line’s number of our order (IT101)'
      : quantity === null
        ? 'a whole quantity (IT102)'
        : 'a price (IT104 or CTP03)';
  set.problem(poNumber, loop.path, `expected ${what}`);
  return null;
}

/** Charges, allowances (below zero) and taxes at a loop. */
function chargesOf(loop: Loop): Charge[] {
  const added = childrenOf(loop, 'SAC').flatMap((sac) => {
    const indicator = textAt(sac, 1) ?? '';
    const amount = centsOf(textAt(sac, 5) ?? '');
    if (!['A', 'C'].includes(indicator) || amount === null) return [];
    const title = textAt(sac, 15);
    const signed = indicator === 'A' ? -Math.abs(amount) : amount;
    return [{ code: textAt(sac, 2) ?? 'SAC', ...(title === undefined ? {} : { title }), amount: signed }];
  });
  const taxes = childrenOf(loop, 'TXI').flatMap((txi) => {
    const amount = tenThousandthsOf(textAt(txi, 2) ?? '');
    return amount === null ? [] : [{ code: `TXI ${textAt(txi, 1) ?? ''}`.trim(), amount }];
  });
  return [...added, ...taxes];
}
