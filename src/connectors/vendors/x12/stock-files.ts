import type { StockQuestion, StockReport } from '../../../model/stock-report.js';
import type { CallContext } from '../../connector.js';
import type { FileTransport } from '../../files/transport.js';
import { FILE_BYTES_MAX, hashOf } from '../../x12/inbox.js';
import { type Outbox, sendReceipts } from '../../x12/outbox.js';
import type { VendorSettings } from './settings.js';
import { readStock } from './stock.js';

const LIST_MAX = 1_000;
const NOTHING_NEW: StockReport = { asOf: null, complete: true, partial: true, rows: [], faults: [] };

/**
 * The oldest stock report that is not done, one a call. A report is done, and its file archived, once its number was applied (vendors that
 * number theirs), else once it was given out in two calls: what becomes of a report is not told here, and to take it twice changes nothing.
 * With nothing to tell, a partial report of no SKU.
 */
export async function pullStockFiles({
  settings,
  files,
  outbox,
  context,
  question,
}: {
  readonly settings: VendorSettings;
  readonly files: FileTransport;
  readonly outbox: Outbox;
  readonly context: CallContext;
  readonly question: StockQuestion | undefined;
}): Promise<StockReport> {
  const { folders, stock } = settings;
  const since = context.clock.now().getTime();
  const wasGiven = async (hash: string, time: 1 | 2) => {
    const { issuedAt } = await outbox.numbers.of('x12-stock', `${hash}:${time}`);
    return Date.parse(issuedAt) < since;
  };
  for (const { name, size } of await files.list(folders.stock, LIST_MAX)) {
    if (size > FILE_BYTES_MAX) continue;
    const bytes = await files.read(folders.stock, name, FILE_BYTES_MAX);
    const read = readStock([bytes], settings);
    if (read === null) continue;
    const hash = hashOf(bytes);
    const position = stock.order === 'control' ? read.control : null;
    const isApplied = position !== null && position <= (question?.after ?? -1);
    if (isApplied || ((await wasGiven(hash, 1)) && (await wasGiven(hash, 2)))) {
      await sendReceipts(outbox, { name, bytes, hash }, () => []);
      await files.archive(folders.stock, name);
    } else return position === null ? read.report : { ...read.report, position };
  }
  return NOTHING_NEW;
}
