import { Command, Option } from 'commander';
import { NOTICE_STATES, type NoticeState } from '../model/notice.js';
import { systemViewer } from '../model/viewer.js';
import { unknownLevels } from '../store/account-stock.js';
import { listNotices } from '../store/notice-list.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { dataOption, whole } from './options.js';
import { minute, printJson, printTable, withoutControls } from './print.js';

interface ListOptions extends PlaceOptions {
  readonly account?: string;
  readonly limit: number;
  readonly json?: true;
}

/** `headgate notices`: what channels are told of their orders and of stock. */
export function command(): Command {
  return new Command('notices')
    .description('list what channels are told, and what they do not know')
    .addCommand(listCommand())
    .addCommand(unknownCommand());
}

const withList = (command: Command): Command =>
  command
    .option('--account <code>', 'only of this account')
    .addOption(new Option('--limit <n>', 'at most so many').default(50).argParser(whole(1, 200)))
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption());

function listCommand(): Command {
  return withList(new Command('list').description('list notices to channels, the latest first'))
    .option('--order <id>', 'only of this order: its id or its number at the channel')
    .addOption(new Option('--state <state>', 'only these').choices(NOTICE_STATES))
    .action(async (options: ListOptions & { readonly order?: string; readonly state?: NoticeState }) => {
      const { account, order, state, limit } = options;
      const notices = await withDatabase(options, (db) =>
        listNotices(db.pool, systemViewer('cli'), { account, order, state, limit }),
      );
      if (options.json) {
        for (const notice of notices) printJson(notice);
        return;
      }
      printTable(
        ['account', 'order', 'notice', 'about', 'state', 'due', 'told', 'attempts', 'last failure'],
        notices.map((notice) =>
          withoutControls([
            ...[notice.account, notice.externalId, notice.kind, notice.subject, notice.state],
            `${minute(notice.dueAt)}${notice.overdue ? ' overdue' : ''}`,
            minute(notice.toldAt),
            ...[String(notice.attempts), notice.lastError ?? ''],
          ]),
        ),
        'no notices',
      );
    });
}

function unknownCommand(): Command {
  return withList(
    new Command('unknown-skus').description('list SKUs whose stock was published to a channel that does not have them'),
  ).action(async (options: ListOptions) => {
    const unknown = await withDatabase(options, (db) => unknownLevels(db.pool, options.account ?? null, options.limit));
    if (options.json) {
      for (const row of unknown) printJson(row);
      return;
    }
    printTable(
      ['account', 'sku', 'since'],
      unknown.map(({ account, sku, toldAt }) => withoutControls([account, sku, minute(toldAt)])),
      'every channel has what it is told of',
    );
  });
}
