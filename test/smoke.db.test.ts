import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The built output, in plain Node: what a user runs. */
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CLI = join(ROOT, 'dist', 'src', 'cli.js');
const START_MS_MAX = 60_000;
const CTRL_C_MS_MAX = 30_000;

interface Started {
  readonly child: ChildProcess;
  /** Everything printed until it was ready. */
  readonly printed: string;
  readonly apiUrl: string;
  /** Exit status once it has ended. */
  readonly ended: Promise<number | null>;
}

const folders: string[] = [];
const children = new Set<ChildProcess>();

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-smoke-'));
  // As root, PostgreSQL runs as another account: let it pass, so that its data lies here and goes with the folder.
  chmodSync(folder, 0o711);
  folders.push(folder);
  return folder;
}

/** Only what a user would have set; nothing of the test run's own. */
function environment(folder: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    HEADGATE_DATA: folder,
    HEADGATE_PORT: '0',
    HEADGATE_VENDOR_PORT: '0',
    ...more,
  };
}

function headgate(words: readonly string[], folder: string, more: Readonly<Record<string, string>> = {}, input = '') {
  return spawnSync(process.execPath, [CLI, ...words], {
    env: environment(folder, more),
    encoding: 'utf8',
    input,
    timeout: START_MS_MAX,
  });
}

async function start(folder: string): Promise<Started> {
  const child = spawn(process.execPath, [CLI, 'start'], {
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let printed = '';
  let complaints = '';
  child.stderr?.on('data', (chunk) => {
    complaints += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}; it printed:\n${printed}\n${complaints}`));
    const timer = setTimeout(() => fail(`expected a start within ${START_MS_MAX} ms`), START_MS_MAX);
    void ended.then((status) => fail(`expected Headgate to run, it ended with status ${status}`));
    child.stdout?.on('data', (chunk) => {
      printed += chunk;
      if (!printed.includes('Ctrl-C stops everything')) return;
      clearTimeout(timer);
      resolve();
    });
  });
  const apiUrl = /API +(http:\S+)\/graphql/.exec(printed)?.[1] ?? '';
  return { child, printed, apiUrl, ended };
}

/** Ends as Ctrl-C would; its exit status, or null where it had to be killed. */
async function ctrlC(started: Started): Promise<number | null> {
  started.child.kill('SIGINT');
  const patience = setTimeout(() => started.child.kill('SIGKILL'), CTRL_C_MS_MAX);
  const status = await started.ended;
  clearTimeout(patience);
  return status;
}

/** The request of the printed curl, quoted as the shell reads it; curl itself need not be installed. */
function printedRequest(printed: string): { url: string; headers: Record<string, string>; body: string } {
  const command = /^ *(\w+="[^\n]*"; )?curl [\s\S]*?[^\\]\n(?=\n|or )/m.exec(printed)?.[0] ?? '';
  const shim = `curl() { "${process.execPath}" -e 'console.log(JSON.stringify(process.argv.slice(1)))' -- "$@"; }\n`;
  const words: string[] = JSON.parse(execFileSync('sh', ['-c', shim + command], { encoding: 'utf8' }));
  const after = (flag: string) => words.flatMap((word, index) => (word === flag ? [words[index + 1] ?? ''] : []));
  return {
    url: words.find((word) => word.startsWith('http')) ?? '',
    headers: Object.fromEntries(after('-H').map((header) => header.split(/: ?/, 2))),
    body: after('-d')[0] ?? '',
  };
}

/** Processes of PostgreSQL whose data lies in a folder. */
function serversOn(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(join('/proc', pid, 'cmdline'), 'utf8').split('\0');
        return words[0]?.endsWith('postgres') && words.some((word) => word.startsWith(folder)) ? [pid] : [];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}

async function ask(apiUrl: string, folder: string, query: string, variables: object) {
  const key = readFileSync(join(folder, 'demo-key'), 'utf8').trim();
  const response = await fetch(`${apiUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'build.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
});

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('Headgate as it is built', () => {
  it('starts, takes the printed order, survives kill -9 with its data, and stops on Ctrl-C', async () => {
    const folder = newFolder();
    const first = await start(folder);
    const health = await fetch(`${first.apiUrl}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ status: 'ok' });
    const { url, headers, body } = printedRequest(first.printed);
    const answer = await fetch(url, { method: 'POST', headers, body });
    const submitted = (await answer.json()) as { data: { submitOrder: { order: { id: string }; errors: unknown[] } } };
    expect(submitted).toMatchObject({ data: { submitOrder: { errors: [], order: { status: expect.any(String) } } } });
    expect(serversOn(folder)).not.toEqual([]);

    first.child.kill('SIGKILL');
    await first.ended;
    const second = await start(folder);
    const { order } = submitted.data.submitOrder;
    expect(await ask(second.apiUrl, folder, 'query($id: ID) { order(id: $id) { id } }', { id: order.id })).toEqual({
      data: { order: { id: order.id } },
    });

    expect(headgate(['keys', 'list'], folder)).toMatchObject({ status: 0, stdout: expect.stringContaining('demo') });
    const followed = headgate(['demo', 'order', '--timeout', '45'], folder);
    expect(followed.stderr).toBe('');
    expect(followed.stdout).toContain('delivered');

    expect(await ctrlC(second)).toBe(0);
    expect(serversOn(folder)).toEqual([]);
    expect(existsSync(join(folder, 'running.json'))).toBe(false);
  }, 180_000);

  it('says how to choose another port where one is taken, and leaves nothing running', async () => {
    const folder = newFolder();
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const address = holder.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const refused = headgate(['start', '--no-demo', '--port', String(port)], folder);
    holder.close();
    expect(refused.stderr).toBe(
      `headgate: port ${port} on 127.0.0.1 is taken: choose another with HEADGATE_PORT or --port\n`,
    );
    expect(refused.status).toBe(1);
    expect(serversOn(folder)).toEqual([]);
  }, 120_000);

  it('names every wrong setting before anything starts', () => {
    const folder = newFolder();
    const refused = headgate(['start'], folder, { HEADGATE_PORT: 'abc', HEADGATE_MODE: 'half' });
    expect(refused.status).toBe(1);
    expect(refused.stdout).toBe('');
    expect(refused.stderr).toContain('HEADGATE_PORT is "abc": expected a whole number from 0 to 65535');
    expect(refused.stderr).toContain('HEADGATE_MODE is "half": expected all, gateway or worker');
    expect(refused.stderr).not.toContain('    at ');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('decides requests from a file or standard input, and tells the malformed ones by line and path', () => {
    const folder = newFolder();
    const request = {
      order: {
        id: 'A-1',
        currency: 'USD',
        placedAt: '2026-01-05T10:00:00Z',
        destination: { countryCode: 'US' },
        lines: [{ id: '1', sku: 'MUG', quantity: 1, unitPrice: '9.00', unitWeightGrams: 300 }],
      },
      nodes: [],
      policy: {},
    };
    const file = join(folder, 'requests.jsonl');
    const broken = { ...request, order: { ...request.order, currency: 'dollars' } };
    writeFileSync(file, `${JSON.stringify(request)}\n${JSON.stringify(broken)}\n\n${JSON.stringify(request)}\n`);
    const routed = headgate(['route', file], folder);
    expect(routed.status).toBe(2);
    expect(
      routed.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).status),
    ).toEqual(['unroutable', 'unroutable']);
    expect(routed.stderr).toBe(
      `${file}, line 2: order.currency: expected a code of ISO 4217 such as USD, got "dollars"\n`,
    );

    const one = headgate(['route', '-'], folder, {}, JSON.stringify(request, null, 2));
    expect(one).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(one.stdout)).toMatchObject({ status: 'unroutable', proof: { kind: 'optimal' } });
    expect(headgate(['route', join(folder, 'none.json')], folder)).toMatchObject({ status: 1, stdout: '' });
  }, 60_000);
});
