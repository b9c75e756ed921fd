import { resolve } from 'node:path';
import { z } from 'zod';
import { parseAmount } from './model/money.js';

/** One setting: its environment variable, what it means, how it is checked. The only place that names them. */
interface Setting<T> {
  readonly env: string;
  readonly meaning: string;
  readonly schema: z.ZodType<T>;
  /** As people write it; undefined where there is none. */
  readonly standard?: string;
}

const setting = <T>(env: string, meaning: string, schema: z.ZodType<T>, standard?: string): Setting<T> =>
  standard === undefined ? { env, meaning, schema } : { env, meaning, schema, standard };

const whole = (low: number, high: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, { message: `expected a whole number from ${low} to ${high}` })
    .transform(Number)
    .refine((value) => value >= low && value <= high, { message: `expected a whole number from ${low} to ${high}` });
const decimal = z
  .string()
  .regex(/^(0|[1-9]\d{0,8})(\.\d{1,4})?$/, { message: 'expected a number such as 1 or 2.50, at most four decimals' })
  .transform(parseAmount);
const onOff = z.enum(['on', 'off'], { message: 'expected on or off' }).transform((value) => value === 'on');
const url = (...schemes: string[]) =>
  z.string().refine((value) => schemes.some((scheme) => value.startsWith(`${scheme}://`)) && URL.canParse(value), {
    message: `expected an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

const SETTINGS = {
  dataFolder: setting(
    'HEADGATE_DATA',
    'folder for the embedded PostgreSQL and the demo vendors',
    z.string().min(1),
    '.headgate',
  ),
  host: setting('HEADGATE_HOST', 'address that the gateway listens on', z.string().min(1), '127.0.0.1'),
  port: setting('HEADGATE_PORT', 'port of the gateway; 0 takes any free one', whole(0, 65_535), '4000'),
  mode: setting(
    'HEADGATE_MODE',
    'all, or one half: gateway or worker',
    z.enum(['all', 'gateway', 'worker'], { message: 'expected all, gateway or worker' }),
    'all',
  ),
  databaseUrl: setting(
    'DATABASE_URL',
    'your own PostgreSQL, 15 or newer, instead of the embedded one',
    url('postgres', 'postgresql').optional(),
  ),
  redisUrl: setting(
    'REDIS_URL',
    'Redis for queues and wake-ups, instead of PostgreSQL',
    url('redis', 'rediss').optional(),
  ),
  demo: setting('HEADGATE_DEMO', 'load the demo network and run its simulated vendors', onOff, 'on'),
  vendorPort: setting('HEADGATE_VENDOR_PORT', 'port of the simulated vendors', whole(0, 65_535), '4010'),
  secretKey: setting(
    'HEADGATE_SECRET',
    'key that seals connector secrets, 32 bytes in base64; made and kept in the data folder where unset',
    z
      .string()
      .refine((value) => Buffer.from(value, 'base64').length === 32, {
        message: 'expected 32 bytes in base64: openssl rand -base64 32',
      })
      .optional(),
  ),
  connectors: setting(
    'HEADGATE_CONNECTORS',
    'packages with connectors of your own or of others, by name or folder, with commas between them',
    z
      .string()
      .default('')
      .transform((text) => [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '')),
  ),
  filesRoot: setting(
    'HEADGATE_FILES_ROOT',
    'the folder below which accounts may exchange files with partners; unset: nowhere',
    z.string().startsWith('/', 'expected an absolute path').optional(),
  ),
  privateHosts: setting(
    'HEADGATE_PRIVATE_HOSTS',
    'hosts of vendors, carriers and channels that may be in private networks, with commas between them',
    z
      .string()
      .default('')
      .transform((text) => text.split(',').flatMap((host) => host.trim() || [])),
  ),
  logLevel: setting(
    'HEADGATE_LOG_LEVEL',
    'what is logged: debug, info, warn, error or silent',
    z.enum(['debug', 'info', 'warn', 'error', 'silent'], { message: 'expected debug, info, warn, error or silent' }),
    'warn',
  ),
  introspection: setting('HEADGATE_INTROSPECTION', 'whether the schema may be read through the API', onOff, 'on'),
  poolMax: setting('HEADGATE_POOL_MAX', 'database connections of this process, queues apart', whole(4, 200), '16'),
  attemptsMax: setting(
    'HEADGATE_ATTEMPTS_MAX',
    'failures of one step before it becomes a dead letter',
    whole(1, 100),
    '8',
  ),
  backoffMs: setting(
    'HEADGATE_BACKOFF_MS',
    'wait after the first failure; doubles with each',
    whole(10, 3_600_000),
    '1000',
  ),
  backoffMaxMs: setting('HEADGATE_BACKOFF_MAX_MS', 'longest wait between attempts', whole(10, 86_400_000), '300000'),
  leaseMs: setting(
    'HEADGATE_LEASE_MS',
    'how long one worker may be at a purchase order',
    whole(1_000, 600_000),
    '30000',
  ),
  leaseMarginMs: setting(
    'HEADGATE_LEASE_MARGIN_MS',
    'how long after a lease nobody takes over: what two clocks may differ by',
    whole(100, 600_000),
    '5000',
  ),
  pollDocumentsMs: setting(
    'HEADGATE_POLL_DOCUMENTS_MS',
    'how often vendors are asked for documents',
    whole(100, 86_400_000),
    '2000',
  ),
  pollStockMs: setting(
    'HEADGATE_POLL_STOCK_MS',
    'how often vendors are asked for stock',
    whole(100, 86_400_000),
    '30000',
  ),
  pollOrdersMs: setting(
    'HEADGATE_POLL_ORDERS_MS',
    'how often channels are asked for orders, where their account does not say',
    whole(100, 86_400_000),
    '60000',
  ),
  publishStockMs: setting(
    'HEADGATE_PUBLISH_STOCK_MS',
    'changes of stock are published to a channel no more often',
    whole(100, 86_400_000),
    '15000',
  ),
  publishAllMs: setting(
    'HEADGATE_PUBLISH_ALL_MS',
    'how often all stock is published to a channel, changed or not',
    whole(1_000, 2_592_000_000),
    '21600000',
  ),
  recostSaving: setting(
    'HEADGATE_RECOST_SAVING',
    "what moving a planned order to another vendor must save at least, in the order's currency",
    decimal,
    '1.00',
  ),
  recostPercent: setting(
    'HEADGATE_RECOST_PERCENT',
    'and how many percent of what it costs; a very high one keeps orders where they are',
    decimal,
    '2',
  ),
  recostRestMs: setting(
    'HEADGATE_RECOST_REST_MS',
    'how long a plan stands before it may move',
    whole(1_000, 2_592_000_000),
    '3600000',
  ),
} as const;

/** Read by tests and benchmarks alone. */
const OF_DEVELOPERS = ['HEADGATE_SAMPLES', 'HEADGATE_KILL_SEED', 'HEADGATE_MIP_REQUESTS'];

type Output<S> = S extends Setting<infer T> ? T : never;
/** Every setting, checked. Durations in milliseconds; `dataFolder` absolute. */
export type Config = { readonly [K in keyof typeof SETTINGS]: Output<(typeof SETTINGS)[K]> };
export type SettingName = keyof typeof SETTINGS;

/** A setting is wrong. The message names each, with what was expected. */
export class InvalidConfig extends Error {}

/**
 * Reads all settings from the environment; `flags` (from the command line) win. Empty variables count as unset.
 * Errors: InvalidConfig with every fault, before anything is started.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: { readonly [K in SettingName]?: string } = {},
): Config {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, one] of Object.entries(SETTINGS) as [SettingName, Setting<unknown>][]) {
    const given = flags[name] ?? (env[one.env] || undefined);
    const result = one.schema.safeParse(given ?? one.standard);
    if (result.success) values[name] = result.data;
    else {
      const secret = one.env === 'HEADGATE_SECRET' || one.env.endsWith('_URL');
      faults.push(
        `${one.env}${given === undefined || secret ? '' : ` is "${given.slice(0, 60)}"`}: ${result.error.issues[0]?.message ?? 'not valid'}`,
      );
    }
  }
  // Every name of SETTINGS was read above.
  const config = values as Config;
  if (faults.length === 0 && config.backoffMaxMs < config.backoffMs)
    faults.push('HEADGATE_BACKOFF_MAX_MS: expected at least HEADGATE_BACKOFF_MS');
  if (faults.length > 0)
    throw new InvalidConfig(
      `these settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}\nheadgate start --help lists all of them`,
    );
  return { ...config, dataFolder: resolve(config.dataFolder) };
}

/** Variables that look like settings and are none: misspelt, or of another version. */
export function unknownSettings(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set<string>([...Object.values(SETTINGS).map((one) => one.env), ...OF_DEVELOPERS]);
  return Object.keys(env).filter((name) => name.startsWith('HEADGATE_') && !known.has(name));
}

/** All settings as help text. */
export function settingsHelp(): string {
  const rows = Object.values(SETTINGS).map(
    (one) => [one.env, `${one.meaning}${one.standard === undefined ? '' : ` (${one.standard})`}`] as const,
  );
  const width = Math.max(...rows.map(([env]) => env.length));
  return [
    'Settings (environment variables, defaults in brackets):',
    ...rows.map(([env, text]) => `  ${env.padEnd(width)}  ${text}`),
  ].join('\n');
}
