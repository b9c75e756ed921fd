import { Command } from 'commander';
import { systemClock } from '../model/clock.js';
import { eraseOrder } from '../store/erasure.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { dataOption } from './options.js';

/** `headgate orders`: what is done with orders beside the API. */
export function command(): Command {
  return new Command('orders').description('erase what orders say of persons').addCommand(eraseCommand());
}

function eraseCommand(): Command {
  return new Command('erase')
    .description('erase for good whom an order names: address, persons, the payloads it came in, and calls about it')
    .argument('<account>', 'the code of its account')
    .argument('<order>', 'its id at its channel')
    .addOption(dataOption())
    .action(async (accountCode: string, externalId: string, options: PlaceOptions) => {
      const result = await withDatabase(options, (db) =>
        eraseOrder(db.pool, { accountCode, externalId, at: systemClock.now() }),
      );
      if (result.kind === 'unknown') throw new Error(`there is no order ${externalId} of account ${accountCode}`);
      if (result.kind === 'open')
        throw new Error(
          `units of ${externalId} are still to be sent, for which its address is needed: cancel them first`,
        );
      const { payloads, exchanges } = result;
      process.stdout.write(`${externalId} names nobody any more: ${payloads} payloads and ${exchanges} calls erased\n`);
    });
}
