import { SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import { decide } from '../engine/decide.js';
import { systemClock } from '../model/clock.js';
import { readOrderFile } from '../orders/order-file.js';
import { type RuleRegret, regretOf } from '../orders/regret.js';
import { type Progress, REPLAY_MAX, type ReplayDeps } from '../orders/replay.js';
import { createRulesOf } from '../orders/rules.js';
import { DEFAULT_ORDER_SETTINGS } from '../orders/settings.js';
import { whatIf } from '../orders/what-if.js';
import type { WhatIf } from '../orders/what-if-report.js';
import { sumRegrets } from '../store/rule-regrets.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { EXIT_REFUSED, faultText, readText } from './files.js';
import { dataOption, day, whole } from './options.js';
import { printJson, printTable, withoutControls } from './print.js';
import { readRuleFile } from './rule-file.js';

const LAST = 100;

interface ReplayOptions extends PlaceOptions {
  readonly last?: number;
  readonly json?: true;
}

interface WhatIfOptions extends ReplayOptions {
  readonly orders?: string;
}
interface RegretOptions extends ReplayOptions {
  readonly since?: string;
  readonly until?: string;
  readonly stored?: true;
}

/** `headgate rules what-if`: a draft against the rules in force, on the latest orders or on those of a file. */
export function whatIfCommand(): Command {
  return new Command('what-if')
    .description('say what a file of rules would make of orders, against the rules in force')
    .argument('<file>', 'YAML or JSON; - for standard input')
    .option('--last <orders>', `how many of the latest orders, up to ${REPLAY_MAX} (${LAST})`, whole(1, REPLAY_MAX))
    .addOption(
      new Option('--orders <file>', 'of these orders instead: a JSON object a line, as submitOrder takes it').conflicts(
        'last',
      ),
    )
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
      const found = await replay(options, async (deps, onProgress) => {
        const which = await ordersOf(deps, options);
        return 'faults' in which ? which : whatIf(deps, read.rules, which, onProgress);
      });
      if ('faults' in found) {
        if (options.json) printJson({ faults: found.faults });
        else process.stderr.write(faultText(options.orders ?? '', found.faults));
        process.exitCode = EXIT_REFUSED;
        return;
      }
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

/** `headgate rules regret`: what each rule costs on orders, asked now or night by night. */
export function regretCommand(): Command {
  return new Command('regret')
    .description('say what each rule costs on orders: with it, less without it')
    .option('--last <orders>', `how many of the latest orders, up to ${REPLAY_MAX} (${LAST})`, whole(1, REPLAY_MAX))
    .option('--since <day>', 'all orders that came in since the beginning of this day (UTC), such as 2026-11-01', day)
    .addOption(new Option('--stored', 'what was asked night by night, instead of asking now').conflicts('last'))
    .option('--until <day>', 'with --stored: up to the end of this day (UTC)', day)
    .option('--json', 'print one JSON object')
    .addOption(dataOption())
    .action(async (options: RegretOptions) => {
      if (options.until !== undefined && !options.stored) throw new Error('--until goes with --stored');
      if (options.stored) {
        await tellStored(options);
        return;
      }
      const since = options.since === undefined ? undefined : new Date(`${options.since}T00:00:00Z`);
      const last = options.last ?? (since ? REPLAY_MAX : LAST);
      const found = await replay(options, (deps, onProgress) => regretOf(deps, { last, since }, onProgress));
      if (options.json) {
        printJson(found);
        return;
      }
      tellRegrets(found.rules);
    });
}

async function tellStored({ since, until, ...options }: RegretOptions): Promise<void> {
  const found = await withDatabase(options, ({ pool }) => sumRegrets(pool, { since, until }));
  if (options.json) {
    printJson(found);
    return;
  }
  const { days, asked, passedOver } = found;
  process.stdout.write(`${asked} orders of ${days} days were asked about, ${passedOver} were not\n`);
  tellRegrets(found.rules);
  const [costliest] = found.rules;
  if (costliest === undefined) return;
  const { ruleId, cost, currency, orders } = costliest;
  process.stdout.write(
    `rule ${withoutControls(ruleId)} cost ${cost} ${currency} on ${orders} orders, the most of all\n`,
  );
}

function tellRegrets(rules: readonly RuleRegret[]): void {
  printTable(
    ['rule', 'cost', '', 'orders', 'orders otherwise', 'units kept from going'],
    rules.map(({ ruleId, cost, currency, orders, otherwise, unitsKept }) =>
      withoutControls([ruleId, cost, currency, String(orders), String(otherwise), String(unitsKept)]),
    ),
    'no rule did anything to these orders',
  );
}

/** The orders that a what-if is about, or what is wrong with the file of them. */
async function ordersOf({ pool, clock }: ReplayDeps, { orders, last = LAST }: WhatIfOptions) {
  return orders === undefined ? { last } : readOrderFile(pool, await readText(orders), clock.now());
}

/** Runs work over the latest orders, with a bar where somebody looks. */
async function replay<T>(
  options: ReplayOptions,
  work: (deps: ReplayDeps, onProgress: Progress) => Promise<T>,
): Promise<T> {
  const bar = new SingleBar({ format: 'deciding {bar} {value}/{total}', hideCursor: true, clearOnComplete: true });
  const shown = process.stderr.isTTY && !options.json;
  if (shown) bar.start(1, 0);
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
