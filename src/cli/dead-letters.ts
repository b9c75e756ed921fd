import { Command, Option } from 'commander';
import { systemClock } from '../model/clock.js';
import type { Fault } from '../model/order.js';
import { systemViewer } from '../model/viewer.js';
import {
  type DeadLetter,
  type DeadLetterFilter,
  discardDeadLetters,
  findDeadLetter,
  listDeadLetters,
  replayDeadLetters,
} from '../store/dead-letters.js';
import { WORK_STEPS, type WorkStep } from '../store/work.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { dataOption, whole } from './options.js';
import { minute, printJson, printTable, withoutControls } from './print.js';

const CAUSE_WIDTH_MAX = 70;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface ListOptions extends PlaceOptions {
  readonly status: DeadLetter['status'];
  readonly limit: number;
  readonly step?: WorkStep;
  readonly json?: true;
}
interface ReplayOptions extends PlaceOptions {
  readonly all?: true;
  readonly step?: WorkStep;
}

/** `headgate dead-letters`: work that would not succeed by retrying, and its way back. */
export function command(): Command {
  return new Command('dead-letters')
    .description('list, replay and discard work that failed')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(replayCommand())
    .addCommand(discardCommand());
}

const stepOption = () => new Option('--step <step>', 'only of this step').choices(WORK_STEPS);

function listCommand(): Command {
  return new Command('list')
    .description('list dead letters, the costliest first')
    .addOption(stepOption())
    .addOption(new Option('--status <status>', 'which ones').choices(['open', 'replayed', 'discarded']).default('open'))
    .option('--limit <count>', 'at most so many', whole(1, 200), 50)
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .action(async (options: ListOptions) => {
      const { limit, status } = options;
      const letters = await withDatabase(options, (db) =>
        listDeadLetters(db.pool, systemViewer('cli'), { ...stepOf(options), status, limit }),
      );
      if (options.json) {
        for (const letter of letters) printJson(letter);
        return;
      }
      printTable(
        ['id', 'step', 'attempts', 'impact', 'opened', 'cause'],
        letters.map((letter) => [
          letter.id,
          letter.step,
          String(letter.attempts),
          letter.impact,
          minute(letter.openedAt),
          causeOf(letter),
        ]),
        `there are no ${status} dead letters`,
      );
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('show one dead letter with all its causes, and what an unknown SKU may mean')
    .argument('<id>', 'as dead-letters list shows it')
    .option('--json', 'print as JSON')
    .addOption(dataOption())
    .action(async (id: string, options: PlaceOptions & { readonly json?: true }) => {
      const letter = await withDatabase(options, (db) => findDeadLetter(db.pool, systemViewer('cli'), checkedId(id)));
      if (letter === null) throw new Error(`there is no dead letter ${id}`);
      if (options.json) {
        printJson(letter);
        return;
      }
      const { step, subjectId, attempts, impact, status, openedAt } = letter;
      const head = `${step} of ${subjectId}, ${status}, ${attempts} attempts, impact ${impact}, opened ${minute(openedAt)}`;
      process.stdout.write(`${head}\n${letter.errors.flatMap(causeLines).map(withoutControls).join('\n')}\n`);
    });
}

function causeLines(error: unknown): string[] {
  const { code, message, path, suggestions } = error as Partial<Fault>;
  const where = path ? ` at ${path}` : '';
  return [
    `${code}${where}: ${message}`,
    ...(suggestions?.length ? [`  may mean ${suggestions.join(', ')}; headgate aliases add, then replay`] : []),
  ];
}

function causeOf(letter: DeadLetter): string {
  const first = letter.errors[0];
  const text =
    typeof first === 'object' && first !== null && 'code' in first && 'message' in first
      ? `${first.code}: ${first.message}`
      : JSON.stringify(first ?? '');
  return withoutControls(text.length <= CAUSE_WIDTH_MAX ? text : `${text.slice(0, CAUSE_WIDTH_MAX - 1)}…`);
}

function replayCommand(): Command {
  return new Command('replay')
    .description('try again: these, or all that match; a running worker takes them up within seconds')
    .argument('[ids...]', 'ids, as dead-letters list shows them')
    .option('--all', 'all open ones')
    .addOption(stepOption())
    .addOption(dataOption())
    .action(async (ids: string[], options: ReplayOptions) => {
      if (ids.length > 0 === (options.all ?? false)) throw new Error('expected ids of dead letters, or --all');
      const filter: DeadLetterFilter = { ...stepOf(options), ...(options.all ? {} : { ids: ids.map(checkedId) }) };
      const { replayed } = await withDatabase(options, (db) =>
        replayDeadLetters(db.pool, systemViewer('cli'), filter, systemClock.now()),
      );
      process.stdout.write(`replayed ${replayed}\n`);
    });
}

function discardCommand(): Command {
  return new Command('discard')
    .description('close without doing the work')
    .argument('<ids...>', 'ids, as dead-letters list shows them')
    .addOption(dataOption())
    .action(async (ids: string[], options: PlaceOptions) => {
      const filter = { ids: ids.map(checkedId) };
      const { discarded } = await withDatabase(options, (db) =>
        discardDeadLetters(db.pool, systemViewer('cli'), filter, systemClock.now()),
      );
      process.stdout.write(`discarded ${discarded}\n`);
    });
}

function stepOf(options: { readonly step?: WorkStep }): { step?: WorkStep } {
  return options.step === undefined ? {} : { step: options.step };
}

function checkedId(id: string): string {
  if (!UUID.test(id))
    throw new Error(`expected the id of a dead letter, as headgate dead-letters list shows it, got ${id}`);
  return id;
}
