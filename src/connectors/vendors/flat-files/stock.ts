import type { Fault } from '../../../model/order.js';
import type { StockReport, StockReportRow } from '../../../model/stock-report.js';
import { Cells, CellUnreadable } from '../../flat/cells.js';
import { readRows } from '../../flat/rows.js';
import type { StockSettings, VendorSettings } from './settings.js';

const FAULTS_MAX = 20;
const QUANTITY_MAX = 1_000_000_000;

/**
 * A file as a stock report: a row for each SKU and site. A negative figure is none there; of two rows of one SKU and site the smaller
 * figure counts. A file of which a row cannot be read is not complete: what it does not list is not taken for gone.
 */
export function readStock(bytes: Uint8Array, spec: StockSettings, settings: VendorSettings): StockReport {
  const { rows, unreadable } = readRows(bytes, spec);
  const nodes = new Map(Object.entries(settings.sites).map(([node, site]) => [site, node]));
  const faults: Fault[] = unreadable.map(({ place, problem }) => faultOf(`${place}: ${problem}`));
  const found = new Map<string, StockReportRow>();
  let asOf: string | null = null;
  for (const row of rows) {
    try {
      const cells = new Cells(row, spec, settings.timeZone);
      const vendorSku = cells.required('vendorSku');
      const site = cells.text('site') ?? spec.site;
      if (site === undefined)
        throw cells.unreadable('site', 'the site that the stock lies at, or one in stock.site', '');
      const figure = cells.whole('onHand', QUANTITY_MAX, -QUANTITY_MAX);
      if (figure === undefined) throw cells.unreadable('onHand', 'a whole number', '');
      const at = cells.moment('asOf');
      // The oldest moment holds for all rows.
      if (at !== undefined && (asOf === null || at < asOf)) asOf = at;
      const nodeCode = nodes.get(site) ?? site;
      const key = `${nodeCode}\n${vendorSku}`;
      const onHand = Math.min(Math.max(0, figure), found.get(key)?.onHand ?? QUANTITY_MAX);
      found.set(key, { nodeCode, vendorSku, onHand });
    } catch (cause) {
      if (!(cause instanceof CellUnreadable)) throw cause;
      faults.push(faultOf(cause.message));
    }
  }
  return {
    kind: 'snapshot',
    ...{ asOf, complete: faults.length === 0, partial: spec.lists === 'changes' },
    ...{ rows: [...found.values()], faults: faults.slice(0, FAULTS_MAX) },
  };
}

function faultOf(message: string): Fault {
  const [path = ''] = message.split(':');
  return { code: 'STOCK_ROW_UNREADABLE', path, message };
}
