import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { decide } from '../engine/decide.js';
import { systemClock } from '../model/clock.js';
import { createRulesOf } from '../orders/rules.js';
import { DEFAULT_ORDER_SETTINGS } from '../orders/settings.js';
import { WHAT_IF_MAX, whatIf } from '../orders/what-if.js';
import type { WhatIf } from '../orders/what-if-report.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { EXIT_REFUSED, faultText, readText } from './files.js';
import { dataOption, whole } from './options.js';
import { printJson, printTable, withoutControls } from './print.js';
import { readRuleFile } from './rule-file.js';

const LAST = 100;

interface WhatIfOptions extends PlaceOptions {
  readonly last: number;
  readonly json?: true;
}

/** `headgate rules what-if`: a draft against the rules in force, on the latest orders. */
export function whatIfCommand(): Command {
  return new Command('what-if')
    .description('say what a file of rules would make of the latest orders, against the rules in force')
    .argument('<file>', 'YAML or JSON; - for standard input')
    .option('--last <orders>', `how many orders, up to ${WHAT_IF_MAX}`, whole(1, WHAT_IF_MAX), LAST)
    .option('--json', 'print the figures as JSON, each with the orders in which it differs')
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nEach order is decided anew on today’s stock and prices, by itself; nothing is written or held.',
    )
    .action(async (file: string, options: WhatIfOptions) => {
      const read = readRuleFile(await readText(file));
      if ('faults' in read) {
        if (options.json) printJson({ faults: read.faults });
        else process.stderr.write(faultText(file, read.faults));
        process.exitCode = EXIT_REFUSED;
        return;
      }
      const bar = new SingleBar({ format: 'deciding {bar} {value}/{total}', hideCursor: true, clearOnComplete: true });
      const shown = process.stderr.isTTY && !options.json;
      if (shown) bar.start(options.last, 0);
      const found = await withDatabase(options, (db) =>
        whatIf(
          {
            pool: db.pool,
            settings: DEFAULT_ORDER_SETTINGS,
            clock: systemClock,
            rulesOf: createRulesOf(),
            decide,
          },
          read.rules,
          options.last,
          (done, total) => {
            if (!shown) return;
            bar.setTotal(total);
            bar.update(done);
          },
        ),
      ).finally(() => bar.stop());
      if (options.json) printJson(found);
      else tell(found);
    });
}

function tell({ orders, changed, figures, passedOver }: WhatIf): void {
  process.stdout.write(`${orders} orders, ${changed.length} of them would go otherwise\n`);
  if (passedOver > 0) process.stdout.write(`${passedOver} could not be asked about again\n`);
  printTable(
    ['', 'in force', 'draft', 'orders that differ'],
    figures.map(({ name, live, draft, orders: differ }) =>
      withoutControls([name, String(live), String(draft), String(differ.length)]),
    ),
    'there are no orders yet',
  );
}
