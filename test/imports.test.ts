import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { beforeAll, describe, expect, it } from 'vitest';

/** The rooms of the house, top first: imports run down this list, never up. Source: docs/architecture.md. */
const ROOMS = [
  'main',
  'demo',
  'gateway',
  'resolvers',
  'schema',
  'jobs',
  'simulation',
  'orders',
  'stock',
  'matrix',
  'pricing',
  'learning',
  'engine',
  'connectors',
  'store',
  'model',
] as const;
type Room = (typeof ROOMS)[number];

/** Rooms that see less than all below them: pure ones do no I/O, and a connector knows its own system and the model only. */
const SEES: Partial<Record<Room, readonly Room[]>> = {
  simulation: ['orders', 'stock', 'matrix', 'pricing', 'learning', 'engine', 'store', 'model'],
  matrix: ['pricing', 'engine', 'model'],
  pricing: ['engine', 'model'],
  learning: ['engine', 'model'],
  engine: ['model'],
  connectors: ['model'],
  model: [],
};

/** The rooms inside the engine, top first; files at its top are what all of them share, and the entrances. Source: docs/engine.md. */
const ENGINE_ROOMS = ['explanation', 'search', 'sourcing', 'bounds', 'loads', 'reading', 'check'] as const;

/** Why this import between two rooms of the engine must not be, or null. */
function forbiddenInEngine(from: string, to: string): string | null {
  const [here, there] = [from, to].map((file) => /^src\/engine\/([^/]+)\//.exec(file)?.[1]);
  if (here === undefined || there === undefined || here === there) return null;
  const [above, below] = [here, there].map((room) => (ENGINE_ROOMS as readonly (string | undefined)[]).indexOf(room));
  if (above === -1 || below === -1) return `${from} -> ${to}: a file outside the known rooms of the engine`;
  return (above ?? 0) < (below ?? 0) && there !== 'check' ? null : `${from} -> ${to}: ${here} must not import ${there}`;
}

/** The room that a file of src/ stands in; files at the top and the command line are the composition root. */
function roomOf(file: string): Room | null {
  const match = /^src\/([^/]+)(\/?)/.exec(file);
  if (!match?.[1]) return null;
  const folder = match[2] === '' ? 'main' : match[1];
  if (folder === 'cli') return 'main';
  return ROOMS.find((room) => room === folder) ?? null;
}

/** Why this import must not be, or null. */
function forbidden(from: string, to: string): string | null {
  if (to === 'src/config.ts' || !to.startsWith('src/')) return null;
  const here = roomOf(from);
  const there = roomOf(to);
  if (here === null || there === null) return `${from} -> ${to}: a file outside the known rooms`;
  if (here === there) return null;
  const allowed = SEES[here] ?? ROOMS.slice(ROOMS.indexOf(here) + 1);
  return allowed.includes(there) ? null : `${from} -> ${to}: ${here} must not import ${there}`;
}

/** Files that only tests import. */
function isTest(file: string): boolean {
  return /\.test\.ts$|\/testing\/|\/kit\//.test(file);
}

describe('the house', () => {
  let result: ICruiseResult;

  beforeAll(async () => {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const answer = await cruise(['src'], {
      baseDir: root,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: 'node_modules' },
      validate: false,
      outputType: undefined,
    });
    if (typeof answer.output === 'string') throw new Error('expected the cruise result as an object');
    result = answer.output;
  }, 120_000);

  it('is read as a whole: every room with files is walked', () => {
    const arrows = result.modules.flatMap((module) =>
      module.dependencies.filter((to) => to.resolved.startsWith('src/')),
    );
    expect(arrows.length).toBeGreaterThan(50);
    expect(
      result.modules.flatMap((module) =>
        module.dependencies.filter((to) => to.couldNotResolve && to.module.startsWith('.')),
      ),
    ).toEqual([]);
  });

  it('imports only downwards', () => {
    const wrong = result.modules
      .filter((module) => module.source.startsWith('src/') && !isTest(module.source))
      .flatMap((module) => module.dependencies.map((to) => forbidden(module.source, to.resolved)))
      .filter((reason) => reason !== null);
    expect(wrong).toEqual([]);
  });

  it('imports only downwards inside the engine, whose checker shares nothing with the search', () => {
    const arrows = result.modules
      .filter((module) => !isTest(module.source))
      .flatMap((module) => module.dependencies.map((to) => ({ from: module.source, to: to.resolved })))
      .filter(({ from, to }) => /^src\/engine\/[^/]+\//.test(from) && /^src\/engine\/[^/]+\//.test(to));
    expect(arrows.length).toBeGreaterThan(50);
    expect(arrows.map(({ from, to }) => forbiddenInEngine(from, to)).filter((reason) => reason !== null)).toEqual([]);
  });

  it('has no import cycle', () => {
    const cycles = result.modules.flatMap((module) =>
      module.dependencies
        .filter((to) => to.circular)
        .map((to) => [module.source, ...(to.cycle ?? []).map((step) => step.name)].join(' -> ')),
    );
    expect(cycles).toEqual([]);
  });

  it.each([
    ['src/orders/route.ts', 'src/jobs/queues.ts', false],
    ['src/jobs/relay.ts', 'src/orders/services.ts', true],
    ['src/engine/search.ts', 'src/store/database.ts', false],
    ['src/connectors/registry.ts', 'src/store/accounts.ts', false],
    ['src/resolvers/order.ts', 'src/gateway/server.ts', false],
    ['src/main.ts', 'src/gateway/server.ts', true],
    ['src/model/order.ts', 'src/engine/decide.ts', false],
  ])('from %s to %s: allowed %s', (from, to, allowed) => {
    expect(forbidden(from, to) === null).toBe(allowed);
  });
});
