import { Command } from 'commander';
import { migrate } from '../store/database.js';
import { type PlaceOptions, reachDatabase } from './connect.js';
import { dataOption } from './options.js';

/** `headgate migrate`: for deployments with a database of their own; `start` does it by itself. */
export function command(): Command {
  return new Command('migrate')
    .description('bring the database (DATABASE_URL, or the embedded one) to the newest shape')
    .addOption(dataOption())
    .action(async (options: PlaceOptions) => {
      const reached = await reachDatabase(options);
      try {
        const applied = await migrate(reached.url);
        for (const name of applied) process.stdout.write(`applied ${name}\n`);
        process.stdout.write(applied.length === 0 ? 'nothing to do: the database is up to date\n' : 'done\n');
      } finally {
        await reached.close();
      }
    });
}
