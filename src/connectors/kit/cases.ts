/** MUST: without it orders go wrong. SHOULD: without it they wait longer, or people look further. MAY: good to have. */
export type Level = 'MUST' | 'SHOULD' | 'MAY';

/** One thing that a connector keeps. Its id never changes its meaning, and is never used again. */
export interface ContractCase<Connector, Bench> {
  readonly id: string;
  readonly level: Level;
  readonly title: string;
  /** What the connector must declare for the case to apply; missing: it always does. */
  readonly needs?: { readonly what: string; readonly has: (connector: Connector) => boolean };
  /** Throws where the connector does not keep it. */
  readonly run: (connector: Connector, bench: Bench) => Promise<void> | void;
}

/** Where a case runs: made anew for each, so that none sees another's traces. */
export interface Subject<Connector, Bench> {
  readonly name: string;
  readonly connector: Connector;
  readonly make: () => Promise<Bench & { close?(): Promise<void> }>;
  readonly skip?: readonly { readonly case: string; readonly reason: string }[];
}

/** What the kit needs of a test runner; Vitest, Jest and node:test have it. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: ((name: string, body: () => Promise<void>) => unknown) & {
    readonly skip: (name: string, body: () => Promise<void>) => unknown;
  };
}

/** Why the case is not run for the subject, or null. Errors: a skip without a reason, or of no such case. */
function skipped<C, B>(cases: readonly ContractCase<C, B>[], subject: Subject<C, B>, one: ContractCase<C, B>) {
  for (const skip of subject.skip ?? []) {
    if (!cases.some((each) => each.id === skip.case)) throw new Error(`expected a case to skip, got "${skip.case}"`);
    if (skip.reason.trim() === '') throw new Error(`expected a reason to skip ${skip.case}, got none`);
  }
  if (one.needs && !one.needs.has(subject.connector)) return `it declares no ${one.needs.what}`;
  return subject.skip?.find((skip) => skip.case === one.id)?.reason ?? null;
}

/** Runs one case on a bench of its own. Errors: what the connector does not keep. */
export async function runCase<C, B>(one: ContractCase<C, B>, subject: Subject<C, B>): Promise<void> {
  const bench = await subject.make();
  try {
    await one.run(subject.connector, bench);
  } finally {
    await bench.close?.();
  }
}

/** Registers one test for each case; those that do not apply are registered as skipped, with the reason in their name. */
export function registerCases<C, B>(
  cases: readonly ContractCase<C, B>[],
  subject: Subject<C, B>,
  runner: Runner,
): void {
  runner.describe(`the contract of ${subject.name}`, () => {
    for (const one of cases) {
      const reason = skipped(cases, subject, one);
      const name = `${one.id} ${one.level}: ${one.title}`;
      if (reason === null) runner.it(name, () => runCase(one, subject));
      else runner.it.skip(`${name} (${reason})`, async () => {});
    }
  });
}
