import type { PurchaseOrder } from './vendor-documents.js';

/** Which line of ours a vendor's document means, and how many units are in one pack of it. */
export interface LineId {
  readonly lineNo: number;
  readonly unitsPerPack: number;
}

/**
 * What a line is called in documents that vendors echo: its number, and the units in a pack where there are several (`3-12`), so that
 * quantities in packs can be told in units without asking what was ordered.
 */
export const lineIdOf = ({ lineNo, unitsPerPack }: PurchaseOrder['lines'][number]): string =>
  unitsPerPack === 1 ? String(lineNo) : `${lineNo}-${unitsPerPack}`;

/** Reads a line's id; null where the text is none. */
export function parseLineId(text: string | undefined): LineId | null {
  const match = /^0*([1-9]\d{0,5})(?:-0*([1-9]\d{0,5}))?$/.exec(text?.trim() ?? '');
  return match ? { lineNo: Number(match[1]), unitsPerPack: Number(match[2] ?? 1) } : null;
}
