import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { decide } from '../engine/decide.js';
import { systemClock } from '../model/clock.js';
import { regretOf } from '../orders/regret.js';
import { type Progress, REPLAY_MAX, type ReplayDeps } from '../orders/replay.js';
import { createRulesOf } from '../orders/rules.js';
import { DEFAULT_ORDER_SETTINGS } from '../orders/settings.js';
import { whatIf } from '../orders/what-if.js';
import type { WhatIf } from '../orders/what-if-report.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { EXIT_REFUSED, faultText, readText } from './files.js';
import { dataOption, whole } from './options.js';
import { printJson, printTable, withoutControls } from './print.js';
import { readRuleFile } from './rule-file.js';

const LAST = 100;

interface ReplayOptions extends PlaceOptions {
  readonly last: number;
  readonly json?: true;
}

/** `headgate rules what-if`: a draft against the rules in force, on the latest orders. */
export function whatIfCommand(): Command {
  return new Command('what-if')
    .description('say what a file of rules would make of the latest orders, against the rules in force')
    .argument('<file>', 'YAML or JSON; - for standard input')
    .option('--last <orders>', `how many orders, up to ${REPLAY_MAX}`, whole(1, REPLAY_MAX), LAST)
    .option('--json', 'print the figures as JSON, each with the orders in which it differs')
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nEach order is decided anew on today’s stock and prices, by itself; nothing is written or held.',
    )
    .action(async (file: string, options: ReplayOptions) => {
      const read = readRuleFile(await readText(file));
      if ('faults' in read) {
        if (options.json) printJson({ faults: read.faults });
        else process.stderr.write(faultText(file, read.faults));
        process.exitCode = EXIT_REFUSED;
        return;
      }
      const found = await replay(options, (deps, onProgress) => whatIf(deps, read.rules, options.last, onProgress));
      if (options.json) printJson(found);
      else tellWhatIf(found, 'draft', 'could not be asked about again');
    });
}

/** Prints a comparison of the rules in force with others, which `others` names; `passed`: what to say of orders that are not in it. */
export function tellWhatIf({ orders, changed, figures, passedOver }: WhatIf, others: string, passed: string): void {
  process.stdout.write(`${orders} orders, ${changed.length} of them would go otherwise\n`);
  if (passedOver > 0) process.stdout.write(`${passedOver} ${passed}\n`);
  printTable(
    ['', 'in force', others, 'orders that differ'],
    figures.map(({ name, live, draft, orders: differ }) =>
      withoutControls([name, String(live), String(draft), String(differ.length)]),
    ),
    'there are no orders yet',
  );
}

/** `headgate rules regret`: what each rule in force costs on the latest orders. */
export function regretCommand(): Command {
  return new Command('regret')
    .description('say what each rule in force costs on the latest orders: with it, less without it')
    .option('--last <orders>', `how many orders, up to ${REPLAY_MAX}`, whole(1, REPLAY_MAX), LAST)
    .option('--json', 'print one JSON object')
    .addOption(dataOption())
    .action(async (options: ReplayOptions) => {
      const found = await replay(options, (deps, onProgress) => regretOf(deps, options.last, onProgress));
      if (options.json) {
        printJson(found);
        return;
      }
      printTable(
        ['rule', 'cost', '', 'orders', 'orders otherwise', 'units kept from going'],
        found.rules.map(({ ruleId, cost, currency, orders, otherwise, unitsKept }) =>
          withoutControls([ruleId, cost, currency, String(orders), String(otherwise), String(unitsKept)]),
        ),
        'no rule did anything to these orders',
      );
    });
}

/** Runs work over the latest orders, with a bar where somebody looks. */
async function replay<T>(
  options: ReplayOptions,
  work: (deps: ReplayDeps, onProgress: Progress) => Promise<T>,
): Promise<T> {
  const bar = new SingleBar({ format: 'deciding {bar} {value}/{total}', hideCursor: true, clearOnComplete: true });
  const shown = process.stderr.isTTY && !options.json;
  if (shown) bar.start(options.last, 0);
  try {
    return await withDatabase(options, ({ pool }) =>
      work(
        { pool, settings: DEFAULT_ORDER_SETTINGS, clock: systemClock, rulesOf: createRulesOf(), decide },
        (done, total) => {
          if (!shown) return;
          bar.setTotal(total);
          bar.update(done);
        },
      ),
    );
  } finally {
    bar.stop();
  }
}
