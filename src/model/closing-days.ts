import { z } from 'zod';
import { type CsvFault, csvText, type Refused, readCsv } from './csv.js';
import { cell, readCells } from './csv-cells.js';

/** A day on which a vendor (all its nodes), one node, or a carrier does not work; in the time zone of the node. */
export interface ClosingDay {
  readonly of: 'vendor' | 'node' | 'carrier';
  /** Code of the vendor, node or carrier. */
  readonly code: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly name: string;
}

const COLUMNS = ['vendor', 'node', 'carrier', 'day', 'name'] as const;
const SUBJECTS = ['vendor', 'node', 'carrier'] as const;
const ROW = z.strictObject({
  ...{ vendor: cell.code.optional(), node: cell.code.optional(), carrier: cell.code.optional() },
  ...{ day: cell.day, name: cell.text(100) },
});

/** Reads a file of closing days. Errors: every fault with its line: not exactly one subject, a day that stands twice. Pure. */
export function readClosingDays(text: string): { readonly days: readonly ClosingDay[] } | Refused {
  const read = readCsv(text, COLUMNS);
  if ('faults' in read) return read;
  const { records, faults: cellFaults } = readCells(read.rows, ROW);
  const faults: CsvFault[] = [...cellFaults];
  const seen = new Set<string>();
  const days = records.flatMap(({ line, value }): ClosingDay[] => {
    const named = SUBJECTS.filter((subject) => value[subject] !== undefined);
    const [of] = named;
    const code = of && value[of];
    if (of === undefined || code === undefined || named.length > 1) {
      faults.push({ place: String(line), path: '', message: 'expected either a vendor, a node or a carrier' });
      return [];
    }
    const key = `${of} ${code} ${value.day}`;
    if (seen.has(key)) faults.push({ place: String(line), path: 'day', message: 'this day stands twice' });
    seen.add(key);
    return [{ of, code, day: value.day, name: value.name }];
  });
  return faults.length > 0 ? { faults } : { days };
}

/** Closing days as a file that reads back as the same. Pure. */
export function closingDaysText(days: readonly ClosingDay[]): string {
  return csvText(
    COLUMNS,
    days.map(({ of, code, day, name }) => ({ [of]: code, day, name })),
  );
}
