import type { ClosingDay } from '../model/closing-days.js';
import type { CsvFault, Refused } from '../model/csv.js';
import { attempt } from './attempt.js';
import type { Pool, Queryable } from './database.js';
import { idsByCode } from './ids-by-code.js';

/** Makes the calendars of all vendors, nodes and carriers that are named be just these days. Errors: names that do not exist. */
export async function importClosingDays(
  pool: Pool,
  days: readonly ClosingDay[],
  options: { readonly dryRun: boolean },
): Promise<{ readonly days: number; readonly calendars: number } | Refused> {
  return attempt(pool, options, async (db) => {
    const named = (of: ClosingDay['of']) => [...new Set(days.flatMap((each) => (each.of === of ? [each.code] : [])))];
    const vendors = await idsByCode(db, 'vendor', named('vendor'));
    const nodes = await idsByCode(db, 'node', named('node'));
    const { rows } = await db.query<{ carrier: string }>(
      'SELECT DISTINCT carrier FROM carrier_service WHERE carrier = ANY($1::text[])',
      [named('carrier')],
    );
    const carriers = new Set(rows.map(({ carrier }) => carrier));
    const isKnown = { vendor: vendors, node: nodes, carrier: carriers };
    const faults = (['vendor', 'node', 'carrier'] as const).flatMap((of) =>
      named(of)
        .filter((code) => !isKnown[of].has(code))
        .map((path): CsvFault => ({ path, message: `there is no such ${of}` })),
    );
    if (faults.length > 0) return { faults };
    await db.query(
      'DELETE FROM closing_day WHERE vendor_id = ANY($1::integer[]) OR node_id = ANY($2::integer[]) OR carrier = ANY($3::text[])',
      [[...vendors.values()], [...nodes.values()], [...carriers]],
    );
    await db.query(
      `INSERT INTO closing_day (vendor_id, node_id, carrier, day, name)
       SELECT vendor_id, node_id, carrier, day, name
       FROM jsonb_to_recordset($1::jsonb) AS d(vendor_id integer, node_id integer, carrier text, day date, name text)`,
      [
        JSON.stringify(
          days.map(({ of, code, day, name }) => ({
            ...(of === 'vendor' ? { vendor_id: vendors.get(code) } : {}),
            ...(of === 'node' ? { node_id: nodes.get(code) } : {}),
            ...(of === 'carrier' ? { carrier: code } : {}),
            ...{ day, name },
          })),
        ),
      ],
    );
    return { days: days.length, calendars: vendors.size + nodes.size + carriers.size };
  });
}

/** All closing days, at most 200,000, by whose they are and when. */
export async function loadClosingDays(db: Queryable): Promise<ClosingDay[]> {
  const { rows } = await db.query<ClosingDay>(`
    SELECT CASE WHEN v.id IS NOT NULL THEN 'vendor' WHEN n.id IS NOT NULL THEN 'node' ELSE 'carrier' END AS of,
      COALESCE(v.code::text, n.code::text, d.carrier) AS code, d.day, d.name
    FROM closing_day d LEFT JOIN vendor v ON v.id = d.vendor_id LEFT JOIN node n ON n.id = d.node_id
    ORDER BY 1, 2, 3 LIMIT 200000`);
  return rows;
}
