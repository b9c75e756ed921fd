import { z } from 'zod';
import { type CsvFault, csvText, type Refused, readCsv } from '../model/csv.js';
import { cell, readCells } from '../model/csv-cells.js';
import type { Duties, DutyRule, DutyThreshold } from '../model/duties.js';

const COLUMNS =
  'record destination origin hs_prefix duty_percent tax_percent valid_from free_up_to currency tax_always'.split(' ');
const RECORD = z.discriminatedUnion('record', [
  z.strictObject({
    record: z.literal('rate'),
    ...{ destination: cell.country, origin: cell.country.optional() },
    hs_prefix: z
      .string()
      .regex(/^\d{1,10}$/, 'expected the first digits of an HS code, at most 10')
      .default(''),
    ...{ duty_percent: cell.percent, tax_percent: cell.percent.default('0'), valid_from: cell.day },
  }),
  z.strictObject({
    record: z.literal('threshold'),
    ...{
      destination: cell.country,
      free_up_to: cell.amount,
      currency: cell.currency,
      tax_always: cell.yes.default(false),
    },
  }),
]);

/** Reads a file of duties. Errors: every fault with its line; what stands twice. Pure. */
export function readDutyFile(text: string): Duties | Refused {
  const read = readCsv(text, COLUMNS);
  if ('faults' in read) return read;
  const { records, faults: cellFaults } = readCells(read.rows, RECORD);
  const faults: CsvFault[] = [...cellFaults];
  const rates: DutyRule[] = [];
  const thresholds: DutyThreshold[] = [];
  const seen = new Set<string>();
  for (const { line, value } of records) {
    const { record, destination } = value;
    const key = record === 'rate' ? [destination, value.origin, value.hs_prefix, value.valid_from] : [destination];
    if (seen.has(JSON.stringify(key)))
      faults.push({ place: String(line), path: '', message: `this ${record} stands twice` });
    seen.add(JSON.stringify(key));
    if (record === 'rate')
      rates.push({
        ...{ destination, origin: value.origin ?? null, hsPrefix: value.hs_prefix, percent: value.duty_percent },
        ...{ taxPercent: value.tax_percent, validFrom: value.valid_from },
      });
    else
      thresholds.push({
        destination,
        freeUpTo: value.free_up_to,
        currency: value.currency,
        taxAlways: value.tax_always,
      });
  }
  return faults.length > 0 ? { faults } : { rates, thresholds };
}

/** Duties as a file that reads back as the same. Pure. */
export function dutyFileText({ rates, thresholds }: Duties): string {
  return csvText(COLUMNS, [
    ...thresholds.map(({ destination, freeUpTo, currency, taxAlways }) => ({
      ...{ record: 'threshold', destination, free_up_to: freeUpTo, currency, tax_always: taxAlways ? 'yes' : '' },
    })),
    ...rates.map(({ destination, origin, hsPrefix, percent, taxPercent, validFrom }) => ({
      ...{ record: 'rate', destination, origin: origin ?? '', hs_prefix: hsPrefix, duty_percent: percent },
      ...{ tax_percent: taxPercent, valid_from: validFrom },
    })),
  ]);
}
