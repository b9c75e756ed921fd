import { Command, Option } from 'commander';
import type { ExchangeKind, ExchangeSide } from '../model/exchange.js';
import { type ExchangeQuery, listExchanges, loadExchange } from '../store/exchanges.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { dataOption, whole } from './options.js';
import { printJson, printTable, withoutControls } from './print.js';

interface ListOptions extends PlaceOptions {
  readonly vendor?: string;
  readonly account?: string;
  readonly carrier?: string;
  readonly po?: string;
  readonly order?: string;
  readonly failed?: true;
  readonly limit: number;
  readonly json?: true;
}

const URL_SHOWN_MAX = 80;

/** `headgate exchanges`: HTTP calls of connectors and their answers, as long as they are kept. */
export function command(): Command {
  return new Command('exchanges')
    .description('list and show HTTP calls of vendors, carriers and channels, kept for 7 days without secrets')
    .addCommand(listCommand())
    .addCommand(showCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list calls, the latest first')
    .addOption(new Option('--vendor <code>', 'only of this vendor').conflicts(['account', 'carrier']))
    .addOption(new Option('--account <code>', 'only of this account').conflicts(['carrier']))
    .option('--carrier <code>', 'only of this carrier')
    .addOption(new Option('--po <number>', 'only about this purchase order, or naming it').conflicts(['order']))
    .option('--order <number>', "only about this order's number at its channel, or naming it")
    .option('--failed', 'only those without a good answer')
    .addOption(new Option('--limit <n>', 'at most so many').default(50).argParser(whole(1, 200)))
    .option('--json', 'print one JSON object a line, with headers and bodies')
    .addOption(dataOption())
    .action(async (options: ListOptions) => {
      const { po, order, failed, limit } = options;
      const query = { ...ownerOf(options), subject: po ?? order, failed, limit };
      const exchanges = await withDatabase(options, (db) => listExchanges(db.pool, query));
      if (options.json) {
        for (const exchange of exchanges) printJson(exchange);
        return;
      }
      printTable(
        ['id', 'asked at', 'with', 'about', 'call', 'answer', 'ms'],
        exchanges.map(({ id, askedAt, kind, owner, subject, method, url, response, problem, tookMs }) =>
          withoutControls([
            ...[id, askedAt.toISOString().slice(0, 19).replace('T', ' '), `${kind} ${owner}`, subject ?? ''],
            ...[`${method} ${url.slice(0, URL_SHOWN_MAX)}`, answerOf(response, problem), String(tookMs)],
          ]),
        ),
        'no exchanges',
      );
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('show one call and its answer, with headers and bodies')
    .argument('<id>', 'as `list` has it')
    .option('--json', 'print one JSON object')
    .addOption(dataOption())
    .action(async (id: string, options: PlaceOptions & { readonly json?: true }) => {
      const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
      const exchange = isId ? await withDatabase(options, (db) => loadExchange(db.pool, id)) : null;
      if (exchange === null)
        throw new Error(`there is no exchange ${id}: headgate exchanges list shows which are kept`);
      if (options.json) {
        printJson(exchange);
        return;
      }
      const { kind, owner, subject, method, url, askedAt, tookMs, request, response, problem } = exchange;
      const lines = [
        `${kind} ${owner}${subject === null ? '' : `, about ${subject}`}, ${askedAt.toISOString()}, ${tookMs} ms`,
        ...['', `${method} ${url}`, ...sideLines(request)],
        ...['', answerOf(response, problem), ...(response === null ? [] : sideLines(response))],
      ];
      process.stdout.write(`${lines.map(withoutControls).join('\n')}\n`);
    });
}

function ownerOf({ vendor, account, carrier }: ListOptions): Pick<ExchangeQuery, 'kind' | 'owner'> {
  const asked: readonly (readonly [ExchangeKind, string | undefined])[] = [
    ['vendor', vendor],
    ['channel', account],
    ['carrier', carrier],
  ];
  const [kind, owner] = asked.find(([, code]) => code !== undefined) ?? [];
  return { kind, owner };
}

function answerOf(response: { readonly status: number } | null, problem: string | null): string {
  return [response === null ? 'no answer' : String(response.status), ...(problem === null ? [] : [problem])].join(', ');
}

function sideLines({ headers, body, isCut }: ExchangeSide): readonly string[] {
  return [
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === null ? [] : ['', ...body.split(/\r\n?|\n/)]),
    ...(isCut ? ['(cut here)'] : []),
  ];
}
