import { Command } from 'commander';
import { systemClock } from '../model/clock.js';
import type { RuleStage } from '../model/rules-in-force.js';
import { systemViewer } from '../model/viewer.js';
import { sumComparisons } from '../orders/what-if-report.js';
import { endTrial, type Publishing, promoteTrial, republishRuleSet } from '../store/rule-sets.js';
import { lastTrialVersion, loadShadow } from '../store/rule-shadows.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { dataOption, whole } from './options.js';
import { printJson } from './print.js';
import { tellWhatIf } from './rules-what-if.js';

const VERSION_MAX = 2_147_483_647;
const version = whole(1, VERSION_MAX);
const NOTHING_ON_TRIAL = 'nothing is on trial: headgate rules log tells what is in force';

interface TrialOptions extends PlaceOptions {
  readonly version?: number;
  readonly json?: true;
}
interface NoteOptions extends PlaceOptions {
  readonly note?: string;
}

/** `headgate rules trial`: what rules in shadow would have changed, and those for a share of orders changed or would have. */
export function trialCommand(): Command {
  return new Command('trial')
    .alias('shadow')
    .description(
      'say what the rules on trial made, or would have made, of the orders since, against the rules in force',
    )
    .option('--version <version>', 'of this version instead of the one that is on trial, or was last', version)
    .option('--json', 'print the figures as JSON, each with the orders in which it differs')
    .addOption(dataOption())
    .action(async (options: TrialOptions) => {
      const found = await withDatabase(options, async ({ pool }) => {
        const wanted = options.version ?? (await lastTrialVersion(pool));
        if (wanted === null) throw new Error('no rules were ever on trial: headgate rules publish FILE --shadow');
        return { version: wanted, ...(await loadShadow(pool, wanted)) };
      });
      const report = { ...sumComparisons(found.orders), passedOver: found.passedOver };
      if (options.json) printJson({ version: found.version, ...report });
      else tellWhatIf(report, `version ${found.version}`, 'were not compared');
    });
}

/** `headgate rules promote`: from trial to all orders, or to another share of them. */
export function promoteCommand(): Command {
  return new Command('promote')
    .description('put the rules on trial in force, from the next decision on')
    .option('--percent <percent>', 'still on trial: for so many of 100 orders', whole(1, 99))
    .option('--note <text>', 'why, for the log')
    .addOption(dataOption())
    .action(async ({ percent, note, ...options }: NoteOptions & { readonly percent?: number }) => {
      const stage: RuleStage = percent === undefined ? { stage: 'live' } : { stage: 'share', percent };
      const promoted = await withDatabase(options, (db) => promoteTrial(db.pool, stage, publishing(note)));
      if (promoted === null) throw new Error(NOTHING_ON_TRIAL);
      process.stdout.write(`version ${promoted.version} is ${stageText(stage)}${promoted.changed ? '' : ' already'}\n`);
    });
}

/** `headgate rules rollback`: an earlier version, or what is in force without the trial. */
export function rollbackCommand(): Command {
  return new Command('rollback')
    .description('put an earlier version in force again, or end a trial')
    .argument('[version]', 'as headgate rules log tells it; left out: the version in force, without the trial', version)
    .option('--note <text>', 'why, for the log')
    .addOption(dataOption())
    .action(async (wanted: number | undefined, options: NoteOptions) => {
      const by = publishing(options.note);
      const back = await withDatabase(options, async ({ pool }) => {
        if (wanted === undefined) return endTrial(pool, by);
        return (await republishRuleSet(pool, wanted, by)) ? wanted : null;
      });
      if (back === null)
        throw new Error(
          wanted === undefined ? NOTHING_ON_TRIAL : `there is no version ${wanted}: headgate rules log lists them`,
        );
      process.stdout.write(`version ${back} is in force\n`);
    });
}

/** As `headgate rules` tells it: `version 4 is ...`. */
export function stageText(stage: RuleStage): string {
  if (stage.stage === 'live') return 'in force';
  return stage.stage === 'shadow' ? 'in shadow' : `on trial for ${stage.percent} % of orders`;
}

/** Who publishes by this command, now. */
export function publishing(note: string | undefined): Publishing {
  return { actor: systemViewer('cli').actor, at: systemClock.now(), note: note ?? null };
}
