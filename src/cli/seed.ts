import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { DEMO_SIZE, seedDemo } from '../demo/seed.js';
import { systemClock } from '../model/clock.js';
import { secretKeys } from '../own-files.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { dataOption, whole } from './options.js';
import { printJson } from './print.js';

interface SeedOptions extends PlaceOptions {
  readonly vendors: number;
  readonly skus: number;
  readonly seed: number;
  readonly json?: true;
}

/** `headgate seed`: a demo network of any size, the same from the same seed every time. */
export function command(): Command {
  return new Command('seed')
    .description('load a demo network of any size; what is there already is kept')
    .option('--vendors <count>', 'vendors', whole(1, 10_000), DEMO_SIZE.vendors)
    .option('--skus <count>', 'products', whole(1, 1_000_000), DEMO_SIZE.skus)
    .option('--seed <number>', 'the same seed makes the same network', whole(0, 2_147_483_647), DEMO_SIZE.seed)
    .option('--json', 'print the counts as JSON')
    .addOption(dataOption())
    .action(async (options: SeedOptions) => {
      const bar = new SingleBar({ format: 'loading {bar} {percentage}%', hideCursor: true, clearOnComplete: true });
      const result = await withDatabase(options, async (db, { config, running }) => {
        const shown = process.stderr.isTTY && !options.json;
        if (shown) bar.start(1, 0);
        try {
          return await seedDemo(db.pool, {
            vendors: options.vendors,
            skus: options.skus,
            seed: options.seed,
            vendorBaseUrl: running?.vendorUrl ?? `http://${config.host}:${config.vendorPort}`,
            keys: secretKeys(config),
            clock: systemClock,
            onProgress: (done, total) => {
              if (!shown) return;
              bar.setTotal(total);
              bar.update(done);
            },
          });
        } finally {
          if (shown) bar.stop();
        }
      });
      if (options.json) printJson(result);
      else {
        const { loaded, vendors, nodes, products, offers } = result;
        const counts = `${vendors} vendors with ${nodes} nodes, ${products} products, ${offers} offers`;
        process.stdout.write(loaded ? `loaded ${counts}\n` : `this network was loaded before: ${counts}\n`);
      }
    });
}
