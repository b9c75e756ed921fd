import type { StockQuestion, StockReport } from '../../model/stock-report.js';
import type { CallContext, Numbers } from '../connector.js';
import { FILE_BYTES_MAX, hashOf, type InboxFile } from './inbox.js';
import type { FileTransport } from './transport.js';

const LIST_MAX = 1_000;
/** What is said where there is nothing to tell. */
export const NO_STOCK_NEWS: StockReport = { asOf: null, complete: true, partial: true, rows: [], faults: [] };

/** Where a vendor's stock reports lie, and how one is read: null where a file is none. */
export interface StockInbox {
  readonly files: FileTransport;
  readonly folder: string;
  readonly numbers: Numbers;
  /** Numbers that tell which reports were given out. */
  readonly series: string;
  readonly context: CallContext;
  readonly question: StockQuestion | undefined;
  readonly isNamed?: (name: string) => boolean;
  readonly read: (file: InboxFile) => StockReport | null;
  /** Before a report that is done is archived. */
  readonly settled: (file: InboxFile) => Promise<void>;
}

/**
 * The oldest stock report that is not done, one a call. A report is done, and its file archived, once its number was applied (vendors that
 * number theirs), else once it was given out in two calls: what becomes of a report is not told here, and to take it twice changes nothing.
 * With nothing to tell, a partial report of no SKU. Errors: ConnectorError of the transport.
 */
export async function readStockInbox(inbox: StockInbox): Promise<StockReport> {
  const { files, folder, numbers, series, context, question } = inbox;
  const since = context.clock.now().getTime();
  const wasGiven = async (hash: string, time: 1 | 2) => {
    const { issuedAt } = await numbers.of(series, `${hash}:${time}`);
    return Date.parse(issuedAt) < since;
  };
  for (const { name, size } of await files.list(folder, LIST_MAX)) {
    if (size > FILE_BYTES_MAX || inbox.isNamed?.(name) === false) continue;
    const bytes = await files.read(folder, name, FILE_BYTES_MAX);
    const file = { name, bytes, hash: hashOf(bytes) };
    const report = inbox.read(file);
    if (report === null) continue;
    const isApplied = report.position !== undefined && report.position <= (question?.after ?? -1);
    if (!isApplied && !((await wasGiven(file.hash, 1)) && (await wasGiven(file.hash, 2)))) return report;
    await inbox.settled(file);
    await files.archive(folder, name);
  }
  return NO_STOCK_NEWS;
}
