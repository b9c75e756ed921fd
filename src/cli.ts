#!/usr/bin/env node
import { inspect } from 'node:util';
import { Command } from 'commander';
import { HeadgateError } from './model/errors.js';
import { version } from './version.js';

/** Each command is loaded only when it is asked for: `headgate route` starts without database or gateway. */
const COMMANDS: Readonly<Record<string, readonly [summary: string, load: () => Promise<{ command(): Command }>]>> = {
  start: ['start gateway and worker, with an embedded PostgreSQL', () => import('./cli/start.js')],
  migrate: ['bring the database to the newest shape', () => import('./cli/migrate.js')],
  seed: ['load a demo network of any size', () => import('./cli/seed.js')],
  route: ['decide routing requests from a file', () => import('./cli/route.js')],
  rules: ['export, check, compare, publish and roll back the rules of routing', () => import('./cli/rules.js')],
  rates: ['import, export, list and withdraw rate cards', () => import('./cli/rates.js')],
  carriers: ['say which carriers are asked for rates live', () => import('./cli/carriers.js')],
  prices: ["import, export and withdraw vendors' price lists", () => import('./cli/prices.js')],
  currencies: ['import exchange rates, and say how old they may be', () => import('./cli/currencies.js')],
  duties: ['import duty and import tax, and say who pays them', () => import('./cli/duties.js')],
  calendars: [
    'import the days on which nobody works, and say when services deliver',
    () => import('./cli/calendars.js'),
  ],
  accounts: ['say where orders come from', () => import('./cli/accounts.js')],
  vendors: ['say who ships, and how each is reached', () => import('./cli/vendors.js')],
  aliases: ['say which product a SKU of an account means', () => import('./cli/aliases.js')],
  connectors: ['list the connectors, show what one needs, begin a new one', () => import('./cli/connectors.js')],
  normalize: ["show what a channel's payload becomes", () => import('./cli/normalize.js')],
  keys: ['make, list and revoke API keys', () => import('./cli/keys.js')],
  'dead-letters': ['list, replay and discard work that failed', () => import('./cli/dead-letters.js')],
  notices: ['list what channels are told, and what they do not know', () => import('./cli/notices.js')],
  orders: ['erase what orders say of persons', () => import('./cli/orders.js')],
  exchanges: ['list what went by in calls of vendors, carriers and channels', () => import('./cli/exchanges.js')],
  stock: ['check and repair the counters of stock', () => import('./cli/stock.js')],
  demo: ['submit a demo order and follow it; run the simulated vendors', () => import('./cli/demo.js')],
};

async function main(words: readonly string[]): Promise<void> {
  const program = new Command('headgate')
    .description('GraphQL integration gateway with an exact dropship order-routing engine')
    .version(version(), '-V, --version')
    .showHelpAfterError('(headgate --help tells more)')
    .addHelpText('after', '\nheadgate start --help lists all settings.');
  const asked = words.find((word) => Object.hasOwn(COMMANDS, word));
  for (const [name, [summary, load]] of Object.entries(COMMANDS)) {
    program.addCommand(name === asked ? (await load()).command() : new Command(name).description(summary));
  }
  await program.parseAsync(words, { from: 'user' });
}

/** One message, with the causes that say more than it; the stack only for whoever looks for a bug. */
function explain(error: unknown): string {
  if (process.env.HEADGATE_LOG_LEVEL === 'debug') return inspect(error);
  // Made for people, it tells all there is to tell.
  if (error instanceof HeadgateError) return error.message;
  const messages: string[] = [];
  for (
    let at = error;
    at !== undefined && at !== null && messages.length < 5;
    at = at instanceof Error ? at.cause : null
  ) {
    const message = messageOf(at);
    if (message !== '' && !messages.some((said) => said.includes(message))) messages.push(message);
  }
  return messages.join(': ') || String(error);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node says nothing itself when every address of a host was refused.
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0]);
  return error.message;
}

// Whoever reads our output may stop early, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await main(process.argv.slice(2));
} catch (error) {
  // What others wrote may be part of it, and must not steer a terminal.
  process.stderr.write(`headgate: ${explain(error).replace(/[^\P{Cc}\n]/gu, '?')}\n`);
  process.exitCode = 1;
}
