import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.js';
import { randomRequest } from './testing/random-request.js';

/** The built engine, which `npm test` makes first. */
const BUILT = new URL('../../dist/src/engine/decide.js', import.meta.url);
const REQUESTS = Array.from({ length: 60 }, (_, at) =>
  randomRequest(70_001 + at, at % 3 === 0 ? { lines: 6, nodes: 10, services: 2, quantity: 4 } : undefined),
);
/** Decides a list of requests in JSON, each explained; answers in one text. */
const DECIDE_ALL = `
  const { decide } = await import(${JSON.stringify(BUILT.href)});
  const decideAll = (text) => JSON.parse(text).map((request) => JSON.stringify(decide(request, { explain: true }))).join('\\n');
`;

describe('the same requests have decisions of the same bytes', () => {
  const asked = JSON.stringify(REQUESTS);
  const here = REQUESTS.map((request) => JSON.stringify(decide(request, { explain: true }))).join('\n');

  it('from the built engine, which is there', () => {
    expect(existsSync(BUILT), 'npm run build makes it').toBe(true);
  });

  it.each([
    ['as it is', [], {}],
    ['in another time zone and language', [], { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }],
    ['without an optimising compiler', ['--no-opt', '--no-sparkplug'], {}],
  ] as const)('in another process, %s', (_how, flags, env) => {
    const program = `${DECIDE_ALL}
      let text = '';
      for await (const part of process.stdin.setEncoding('utf8')) text += part;
      process.stdout.write(decideAll(text));`;
    const there = execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', program], {
      input: asked,
      encoding: 'utf8',
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, ...env },
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(there).toBe(here);
  });

  it('in a thread', async () => {
    const program = `(async () => {
      const { parentPort, workerData } = require('node:worker_threads');
      ${DECIDE_ALL}
      parentPort.postMessage(decideAll(workerData));
    })()`;
    const thread = new Worker(program, { eval: true, workerData: asked });
    const there = await new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject));
    await thread.terminate();
    expect(there).toBe(here);
  });
});
