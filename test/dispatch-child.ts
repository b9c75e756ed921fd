import { createInterface } from 'node:readline';
import { openDatabase } from '../src/store/database.js';
import { createLocalWake } from '../src/store/wake.js';
import { openServices } from './order-services.js';

/**
 * A worker in a process of its own that dispatches one fulfillment: `<database url> <fulfillment id> <checkpoint>`.
 *
 * At the checkpoint it writes the checkpoint's name to standard output and waits for a line on standard input; at the end it
 * writes what came of the dispatch, as JSON. Tests stop, continue and kill it in between.
 */
async function main(): Promise<void> {
  const [url = '', fulfillmentId = '', stopAt = ''] = process.argv.slice(2);
  const db = await openDatabase({ url, poolMax: 2 });
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const { deps, services } = openServices(db, createLocalWake(), {
    async checkpoint(point) {
      if (point !== stopAt) return;
      process.stdout.write(`${point}\n`);
      await lines.next();
    },
  });
  const result = await services.dispatch(fulfillmentId);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  await deps.committer.close();
  await db.close();
  process.exit(0);
}

await main();
