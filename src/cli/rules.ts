import { Command, Option } from 'commander';
import pc from 'picocolors';
import type { CompiledRule } from '../matrix/rules/compile.js';
import { inspectRules, type RuleWarning } from '../matrix/rules/inspect.js';
import { inspectReach } from '../matrix/rules/reach.js';
import { systemClock } from '../model/clock.js';
import type { RuleSet } from '../model/rule-set.js';
import type { RuleStage } from '../model/rules-in-force.js';
import type { Database } from '../store/database.js';
import { loadKnownNames } from '../store/known-names.js';
import { loadReach } from '../store/network-reach.js';
import { listRulePublications, loadRuleSet, publishRuleSet, rulesInForce } from '../store/rule-sets.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { EXIT_REFUSED, faultText, readText } from './files.js';
import { dataOption, whole } from './options.js';
import { minute, printJson, printTable, withoutControls } from './print.js';
import { readRuleFile, ruleFileText } from './rule-file.js';
import { compareRuleSets } from './rules-diff.js';
import { promoteCommand, publishing, rollbackCommand, stageText, trialCommand } from './rules-trials.js';
import { regretCommand, whatIfCommand } from './rules-what-if.js';

const VERSION_MAX = 2_147_483_647;
/** Another version is in force than the one that the caller knew. */
const EXIT_MOVED = 3;

interface ExportOptions extends PlaceOptions {
  readonly version?: number;
  readonly format: 'yaml' | 'json';
}
interface CheckOptions extends PlaceOptions {
  readonly network?: true;
  readonly json?: true;
}
interface PublishOptions extends PlaceOptions {
  readonly note?: string;
  readonly ifVersion?: number;
  readonly warnings?: 'refuse';
  readonly shadow?: true;
  readonly percent?: number;
  readonly json?: true;
}

/** `headgate rules`: what merchants configure, as a file and as versions in the database. */
export function command(): Command {
  return new Command('rules')
    .description('export, check, compare, try out, publish and roll back the rules of routing')
    .addCommand(exportCommand())
    .addCommand(checkCommand())
    .addCommand(diffCommand())
    .addCommand(publishCommand())
    .addCommand(whatIfCommand())
    .addCommand(regretCommand())
    .addCommand(trialCommand())
    .addCommand(promoteCommand())
    .addCommand(logCommand())
    .addCommand(rollbackCommand())
    .addHelpText('after', '\nWhat a rule may say: docs/rules.md.');
}

function exportCommand(): Command {
  return new Command('export')
    .description('print the rules in force; publishing them changes nothing')
    .option('--version <version>', 'of this version instead', whole(1, VERSION_MAX))
    .addOption(new Option('--format <format>', 'as what').choices(['yaml', 'json']).default('yaml'))
    .addOption(dataOption())
    .action(async (options: ExportOptions) => {
      const ruleSet = await withDatabase(options, (db) => kept(db, options.version));
      process.stdout.write(ruleFileText(ruleSet, options.format));
    });
}

function checkCommand(): Command {
  return new Command('check')
    .description('say what is wrong with a file of rules, and what will not do what it seems to')
    .argument('<file>', 'YAML or JSON; - for standard input')
    .option(
      '--network',
      'also whether what it names exists, and who is left for each country and where each vendor may ship',
    )
    .option('--json', 'print faults and warnings as JSON')
    .addOption(dataOption())
    .addHelpText('after', `\nExit status ${EXIT_REFUSED} where the file is refused; warnings alone end with 0.`)
    .action(async (file: string, options: CheckOptions) => {
      const read = readRuleFile(await readText(file));
      let warnings: readonly RuleWarning[] = [];
      if (!('faults' in read))
        warnings = options.network
          ? await withDatabase(options, (db) => inspectWithNetwork(db, read.rules))
          : inspectRules(read.rules, systemClock.now(), null);
      const faults = 'faults' in read ? read.faults : [];
      if (options.json) printJson({ faults, warnings });
      else {
        process.stderr.write(faultText(file, faults));
        tellWarnings(warnings);
        if (!('faults' in read)) process.stdout.write(`${read.rules.length} rules, ${warnings.length} warnings\n`);
      }
      if (faults.length > 0) process.exitCode = EXIT_REFUSED;
    });
}

function diffCommand(): Command {
  return new Command('diff')
    .description('say which rules a file would add, change, move or take away')
    .argument('<file>', 'YAML or JSON; - for standard input')
    .option('--json', 'print the differences as JSON')
    .addOption(dataOption())
    .action(async (file: string, options: PlaceOptions & { readonly json?: true }) => {
      const read = await readChecked(file, options);
      if (!read) return;
      const before = await withDatabase(options, (db) => kept(db, undefined));
      const changes = compareRuleSets(before, read.ruleSet);
      if (options.json) {
        for (const change of changes) printJson(change);
        return;
      }
      const colour = { added: pc.green, removed: pc.red, changed: pc.yellow, moved: pc.cyan };
      for (const { kind, id, before, after } of changes) {
        process.stdout.write(`${colour[kind](kind.padEnd(8))}${id}\n`);
        if (before !== undefined) process.stdout.write(pc.dim(`  - ${withoutControls(JSON.stringify(before))}\n`));
        if (after !== undefined) process.stdout.write(pc.dim(`  + ${withoutControls(JSON.stringify(after))}\n`));
      }
      if (changes.length === 0) process.stdout.write('no difference\n');
    });
}

function publishCommand(): Command {
  return new Command('publish')
    .description('put a file of rules in force, from the next decision on, or on trial beside those in force')
    .argument('<file>', 'YAML or JSON; - for standard input')
    .option('--note <text>', 'why, for the log')
    .option('--if-version <version>', 'only where this version is in force (0: none yet)', whole(0, VERSION_MAX))
    .addOption(
      new Option('--shadow', 'on trial: only note what they would make of each new order').conflicts('percent'),
    )
    .addOption(new Option('--percent <percent>', 'on trial: for so many of 100 orders').argParser(whole(1, 99)))
    .addOption(new Option('--warnings <what>', 'what warnings do').choices(['refuse']))
    .option('--json', 'print the outcome as JSON')
    .addOption(dataOption())
    .addHelpText(
      'after',
      `\nExit status ${EXIT_REFUSED} where the file is refused, ${EXIT_MOVED} where another version is in force than --if-version says.`,
    )
    .action(async (file: string, options: PublishOptions) => {
      const read = await readChecked(file, options);
      if (!read) return;
      const stage = stageOf(options);
      const { warnings, published } = await withDatabase(options, async (db) => {
        const warnings = await inspectWithNetwork(db, read.rules);
        if (warnings.length > 0 && options.warnings === 'refuse') return { warnings, published: 'refused' as const };
        return {
          warnings,
          published: await publishRuleSet(db.pool, read.ruleSet, publishing(options.note), {
            ...{ stage, ifInForce: options.ifVersion },
          }),
        };
      });
      if (options.json) printJson({ warnings, published });
      else tellWarnings(warnings);
      if (published === 'refused') process.exitCode = EXIT_REFUSED;
      else if (published === null) {
        process.stderr.write('another version is in force by now: look at headgate rules diff, then publish again\n');
        process.exitCode = EXIT_MOVED;
      } else if (!options.json) {
        const { changed, version } = published;
        process.stdout.write(`version ${version} is ${stageText(stage)}${changed ? '' : ' already'}\n`);
      }
    });
}

function logCommand(): Command {
  return new Command('log')
    .description('list what was published, the newest first')
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .action(async (options: PlaceOptions & { readonly json?: true }) => {
      const publications = await withDatabase(options, (db) => listRulePublications(db.pool));
      if (options.json) {
        for (const publication of publications) printJson(publication);
        return;
      }
      printTable(
        ['version', 'for', '', 'rules', 'published', 'by', 'note'],
        publications.map(({ version, stage, percent, stands, rules, publishedAt, actor, note, rollback }) =>
          withoutControls([
            `${version}${rollback ? ' (rollback)' : ''}`,
            stage === 'shadow' ? 'shadow' : stage === 'share' ? `${percent} % of orders` : 'all orders',
            stands ? (stage === 'live' ? 'in force' : 'on trial') : '',
            String(rules),
            minute(publishedAt),
            actor,
            note ?? '',
          ]),
        ),
        'no rules were ever published',
      );
    });
}

/** All warnings, those by the network as it is included. */
async function inspectWithNetwork(db: Database, rules: readonly CompiledRule[]): Promise<RuleWarning[]> {
  const now = systemClock.now();
  const reach = inspectReach(rules, now, await loadReach(db.pool, now));
  if (!reach.complete)
    process.stderr.write(
      'the network is too large to look whom the rules leave for each country: that is not warned of\n',
    );
  return [...inspectRules(rules, now, await loadKnownNames(db.pool)), ...reach.warnings];
}

/** The rules of a version, or those in force; none where nothing was ever published. */
async function kept(db: Database, version: number | undefined): Promise<RuleSet> {
  const wanted = version ?? (await rulesInForce(db.pool)).version;
  if (wanted === 0) return { rules: [] };
  const found = await loadRuleSet(db.pool, wanted);
  if (!found) throw new Error(`there is no version ${wanted}: headgate rules log lists them`);
  return found.document as RuleSet;
}

async function readChecked(file: string, options: { readonly json?: true }) {
  const read = readRuleFile(await readText(file));
  if (!('faults' in read)) return read;
  if (options.json) printJson({ faults: read.faults });
  else process.stderr.write(faultText(file, read.faults));
  process.exitCode = EXIT_REFUSED;
  return null;
}

function stageOf({ shadow, percent }: PublishOptions): RuleStage {
  if (shadow) return { stage: 'shadow' };
  return percent === undefined ? { stage: 'live' } : { stage: 'share', percent };
}

function tellWarnings(warnings: readonly RuleWarning[]): void {
  for (const { ruleId, message } of warnings)
    process.stderr.write(`${pc.yellow('warning')} ${withoutControls(`${ruleId}: ${message}`)}\n`);
}
