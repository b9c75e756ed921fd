import type { Fault } from '../../../model/order.js';
import type { StockReport, StockReportRow } from '../../../model/stock-report.js';
import { readEvents } from '../../x12/structure.js';
import type { Segment } from '../../x12/tokenizer.js';
import { momentOf, wholeOf } from '../../x12/values.js';
import type { VendorSettings } from './settings.js';

const ROWS_MAX = 1_000_000;
const FAULTS_MAX = 20;
const QUANTITY_MAX = 1_000_000_000;
/** N101 of a place where goods lie, and SCH03. */
const SITES = ['WH', 'SF', 'DC', 'LC'];

/** An 846 as a report, and the interchange's number. */
export interface StockRead {
  readonly report: StockReport;
  readonly control: number | null;
}

/** What is known of the item that is being read. */
interface Item {
  readonly path: string;
  readonly vendorSku: string | null;
  site: string | null;
  /** Figures by site, each the best that was told (a lower rank is a better one). */
  readonly figures: Map<string, { readonly onHand: number; readonly rank: number }>;
}

/**
 * Reads 846s: a row for each item and site, from SCH where warehouses are named there, else from QTY under N1 of the item or of the
 * whole. Segment by segment, so that memory is that of the rows. A report whose counts are wrong, that has no end, or of which a row
 * cannot be read is not complete, and one of changes is partial: what they do not list is not taken for gone.
 */
export function readStock(chunks: Iterable<Uint8Array>, settings: VendorSettings): StockRead | null {
  const reading = new StockReading(settings);
  let found = false;
  let control: number | null = null;
  for (const event of readEvents(chunks)) {
    if (event.kind === 'interchange') control ??= wholeOf(event.interchange.control, Number.MAX_SAFE_INTEGER);
    else if (event.kind === 'set' && event.set.type === '846') {
      found = true;
      reading.begin(event.set.group.gs);
    } else if (event.kind === 'segment' && event.set.type === '846') reading.segment(event.segment, event.set.path);
    else if (event.kind === 'set_end' && event.set.type === '846') reading.end(event.problems);
    else if (event.kind === 'group_end' || event.kind === 'interchange_end') reading.problems(event.problems);
    else if (event.kind === 'astray') reading.problems([event.problem]);
  }
  return found ? { report: reading.report(), control } : null;
}

class StockReading {
  readonly #rows = new Map<string, StockReportRow>();
  readonly #faults: Fault[] = [];
  #isWhole = true;
  #isPartial = false;
  #asOf: string | null = null;
  #setSite: string | null = null;
  #items = 0;
  #item: Item | null = null;

  constructor(readonly settings: VendorSettings) {}

  begin(gs: Segment): void {
    this.#setSite = this.settings.stock.site ?? null;
    this.#items = 0;
    this.#date(gs[4], gs[5]);
  }

  segment(segment: Segment, path: string): void {
    const at = (index: number) => segment[index]?.trim() ?? '';
    switch (segment[0]) {
      case 'BIA':
        if (this.settings.stock.partial.includes(at(1))) this.#isPartial = true;
        this.#date(at(4), at(5));
        break;
      case 'LIN':
        this.#endItem();
        this.#items += 1;
        this.#item = {
          path: `${path}/LIN[${this.#items}]`,
          vendorSku: this.#skuOf(segment),
          site: null,
          figures: new Map(),
        };
        if (this.#item.vendorSku === null) this.#fault('SKU_MISSING', this.#item.path, 'expected an id of the item');
        break;
      case 'N1':
        if (!SITES.includes(at(1))) break;
        if (this.#item === null) this.#setSite = at(4) || at(2) || this.#setSite;
        else this.#item.site = at(4) || at(2) || null;
        break;
      case 'QTY': {
        const rank = this.settings.stock.quantities.indexOf(at(1));
        if (this.#item !== null && rank >= 0) this.#figure(this.#item, this.#item.site, at(2), rank);
        break;
      }
      case 'SCH':
        if (this.#item !== null && SITES.includes(at(3)) && at(4) !== '') this.#figure(this.#item, at(4), at(1), -1);
        break;
      case 'CTT':
        if (at(1) !== '' && wholeOf(at(1), ROWS_MAX) !== this.#itemsSoFar())
          this.#fault('STOCK_TRUNCATED', path, `CTT01 says ${at(1).slice(0, 20)} items, there are ${this.#items}`);
        break;
      default:
    }
  }

  end(problems: readonly Fault[]): void {
    this.#endItem();
    this.problems(problems);
  }

  problems(problems: readonly Fault[]): void {
    for (const { code, path, message } of problems) this.#fault(code, path, message, !code.endsWith('_CONTROL'));
  }

  report(): StockReport {
    return {
      kind: 'snapshot',
      ...{ asOf: this.#asOf, complete: this.#isWhole, partial: this.#isPartial },
      ...{ rows: [...this.#rows.values()], faults: this.#faults },
    };
  }

  #itemsSoFar(): number {
    this.#endItem();
    return this.#items;
  }

  #date(date: string | undefined, time: string | undefined): void {
    const moment = momentOf(date ?? '', time, '', this.settings.timeZone);
    // The set's own moment goes before its group's, which was read first; one without a time of day says less than that.
    if (moment !== null && (this.#asOf === null || (time ?? '') !== '')) this.#asOf = moment;
  }

  #skuOf(segment: Segment): string | null {
    const { skuQualifiers } = this.settings;
    let [best, rank] = [null as string | null, skuQualifiers.length];
    for (let at = 2; at + 1 < segment.length; at += 2) {
      const of = skuQualifiers.indexOf(segment[at]?.trim() ?? '');
      const id = segment[at + 1]?.trim().slice(0, 200) ?? '';
      if (of >= 0 && of < rank && id !== '') [best, rank] = [id, of];
    }
    return best;
  }

  #figure(item: Item, site: string | null, quantity: string, rank: number): void {
    const onHand = wholeOf(quantity, QUANTITY_MAX);
    if (onHand === null) {
      this.#fault(
        'QUANTITY_INVALID',
        item.path,
        `expected a whole quantity that is not negative, got ${quantity.slice(0, 20)}`,
      );
      return;
    }
    const known = item.figures.get(site ?? '');
    if (known === undefined || rank < known.rank) item.figures.set(site ?? '', { onHand, rank });
  }

  #endItem(): void {
    const item = this.#item;
    this.#item = null;
    if (item === null || item.vendorSku === null) return;
    // Where warehouses are named, figures without one are their sum.
    const named = [...item.figures].filter(([site]) => site !== '');
    const figures = named.length > 0 ? named : [...item.figures];
    if (figures.length === 0) this.#fault('QUANTITY_MISSING', item.path, 'expected QTY or SCH with a quantity');
    for (const [site, { onHand }] of figures) {
      const name = site || this.#setSite;
      if (name === null)
        this.#fault('SITE_MISSING', item.path, 'expected the site that the stock lies at: name one in stock.site');
      else this.#keep({ nodeCode: this.#nodeOf(name), vendorSku: item.vendorSku, onHand }, item.path);
    }
  }

  #keep(row: StockReportRow, path: string): void {
    const key = `${row.nodeCode}\n${row.vendorSku}`;
    if (this.#rows.size < ROWS_MAX || this.#rows.has(key)) this.#rows.set(key, row);
    else this.#fault('TOO_MANY_ROWS', path, `expected at most ${ROWS_MAX} rows`);
  }

  #nodeOf(site: string): string {
    return Object.entries(this.settings.sites).find(([, name]) => name === site)?.[0] ?? site;
  }

  /** A wrong number says nothing of what is there; a wrong count does. */
  #fault(code: string, path: string, message: string, isGap = true): void {
    if (isGap) this.#isWhole = false;
    if (this.#faults.length < FAULTS_MAX) this.#faults.push({ code, message, path });
  }
}
