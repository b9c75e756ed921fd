import { scaleHalfUp, type TenThousandths } from '../../../model/money.js';
import { Cells, CellUnreadable } from '../../flat/cells.js';
import type { CellSetting, Incoming } from '../../flat/file-settings.js';
import { readRows } from '../../flat/rows.js';
import { type LineId, parseLineId } from '../../line-id.js';
import type { UnreadableDocument } from '../../vendor-documents.js';

/** Units or packs of one row at most. */
export const QUANTITY_MAX = 10_000_000;

/** Where a document is read from: its bytes, what holds where it says nothing, and where problems go. */
export interface DocumentFile {
  readonly bytes: Uint8Array;
  readonly timeZone: string;
  readonly currency: string;
  /** When this content was first seen (ISO 8601): the moment of documents that name none. */
  readonly seenAt: string;
  /** What could not be read, of the PO where that is known. */
  readonly tell: (problem: UnreadableDocument) => void;
}

/** Settings of one kind of document, its columns by our names of them. */
export type DocumentSettings<Field extends string> = Omit<Incoming, 'columns'> & {
  readonly counts: 'packs' | 'units';
  readonly columns: Readonly<Partial<Record<Field, CellSetting | undefined>>>;
};

/**
 * Hands each row over with its PO number. A row that cannot be read (CellUnreadable) is told of, with its PO where that can be seen, and holds up
 * none of the others; `failed` hears of it, with null where a row has no values at all.
 */
export function eachRow<Field extends string>(
  file: DocumentFile,
  spec: DocumentSettings<Field | 'poNumber'>,
  take: (cells: Cells<Field | 'poNumber'>, poNumber: string) => void,
  failed: (cells: Cells<Field | 'poNumber'> | null) => void = () => {},
): void {
  const { rows, unreadable } = readRows(file.bytes, spec);
  for (const { place, problem } of unreadable) {
    file.tell({ poNumber: null, problem: `${place}: ${problem}` });
    failed(null);
  }
  for (const row of rows) {
    const cells = new Cells<Field | 'poNumber'>(row, spec, file.timeZone);
    let poNumber: string | null = null;
    try {
      poNumber = cells.required('poNumber');
      take(cells, poNumber);
    } catch (cause) {
      if (!(cause instanceof CellUnreadable)) throw cause;
      file.tell({ poNumber, problem: cause.message });
      failed(cells);
    }
  }
}

/** A value as far as it can be read. */
export function peek<Field extends string>(cells: Cells<Field>, field: Field): string | undefined {
  try {
    return cells.text(field);
  } catch (cause) {
    if (cause instanceof CellUnreadable) return undefined;
    throw cause;
  }
}

/** The line that a row is of, or undefined where it names none. Errors: CellUnreadable. */
export function lineOf<Field extends string>(cells: Cells<Field | 'line'>): LineId | undefined {
  const text = cells.text('line');
  if (text === undefined) return undefined;
  const id = parseLineId(text);
  if (id !== null) return id;
  throw cells.unreadable('line', 'the line’s id of our order', text);
}

/** A quantity in units. Errors: CellUnreadable. */
export function unitsOf<Field extends string>(
  cells: Cells<Field>,
  field: Field,
  id: LineId,
  { counts }: { readonly counts: 'packs' | 'units' },
): number | undefined {
  const count = cells.whole(field, QUANTITY_MAX);
  return count === undefined || counts === 'units' ? count : count * id.unitsPerPack;
}

/** A cost per unit, half up. Errors: CellUnreadable. */
export function unitCostOf<Field extends string>(
  cells: Cells<Field>,
  field: Field,
  id: LineId,
  { counts }: { readonly counts: 'packs' | 'units' },
): TenThousandths | undefined {
  const cost = cells.amount(field);
  if (cost === undefined) return undefined;
  if (cost < 0) throw cells.unreadable(field, 'a cost that is not below zero', cells.text(field) ?? '');
  return counts === 'units' ? cost : scaleHalfUp(cost, 1n, BigInt(id.unitsPerPack));
}

/** A value that must be there. Errors: CellUnreadable. */
export function must<T, Field extends string>(value: T | undefined, cells: Cells<Field>, field: Field): T {
  if (value !== undefined) return value;
  throw cells.unreadable(field, 'a value', '');
}
