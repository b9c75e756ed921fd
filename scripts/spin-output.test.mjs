import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RUNS } from './model-runs.mjs';
import { invariantAt, parseReplay, parseSearch } from './spin-output.mjs';

const README = readFileSync(new URL('../docs/formal/README.md', import.meta.url), 'utf8');

/** As Spin 6.5.2 writes it, shortened. */
function report({ first = '', search = 'Full statespace search for:', errors = 0, unreached = '' } = {}) {
  return `${first}
(Spin Version 6.5.2 -- 6 December 2019)
	+ Partial Order Reduction

${search}
	never claim         	- (none specified)
	assertion violations	+

State-vector 116 byte, depth reached 77, errors: ${errors}
  5177980 states, stored
  6341019 states, matched
hash conflicts:    547105 (resolved)

unreached in proctype Order
${unreached}	stock-protocol.pml:163, state 56, "-end-"
	(1 of 56 states)
`;
}

describe("what is read of a verifier's report", () => {
  it('a search that came to its end, where only the end of a process that goes round is never reached', () => {
    expect(parseSearch(report())).toEqual({
      ...{ states: 5_177_980, depth: 77, errors: 0, violation: null, incomplete: null, unreached: [] },
    });
  });

  it.each([
    ['its depth bound', { first: 'error: max search depth too small\n' }, /depth/],
    ['its memory', { first: 'pan: reached -DMEMLIM bound\n\t1.5e+08 bytes used\n' }, /memory/],
    ['a search that was stopped', { first: 'Warning: Search not completed\n' }, /not completed/],
    ['hashed states', { search: 'Bit statespace search for:' }, /hash/],
    ['another kind of search', { search: 'Some search for:' }, /not all states/],
  ])('no errors within %s prove nothing', (_, how, why) => {
    expect(parseSearch(report(how)).incomplete).toMatch(why);
  });

  it('places that no execution came to, by line', () => {
    const unreached = '\tstock-protocol.pml:117, state 9, "stock = (stock+1)"\n';
    expect(parseSearch(report({ unreached })).unreached).toEqual([
      'stock-protocol.pml:117, state 9, "stock = (stock+1)"',
    ]);
  });

  it('the first violation', () => {
    const first = 'pan:1: assertion violated ((at>=known)||(figure==onHand[0])) (at depth 40)\npan: wrote x.trail\n';
    expect(parseSearch(report({ first, errors: 1 }))).toMatchObject({
      ...{ errors: 1, violation: 'assertion violated ((at>=known)||(figure==onHand[0]))' },
    });
    expect(parseSearch(report({ first: 'pan:1: invalid end state (at depth 12)\n', errors: 1 }))).toMatchObject({
      violation: 'invalid end state',
    });
  });

  it('large counts, which are written in powers of ten', () => {
    expect(parseSearch(report().replace('5177980', '1.0745226e+07')).states).toBe(10_745_226);
  });

  it('nothing at all is an error, not a search without one', () => {
    expect(() => parseSearch('pan: out of memory')).toThrow("expected a verifier's report");
  });
});

describe('what is read of a replay', () => {
  const replay = `      order 0 takes a unit
                  the vendor reports as of 2: 1 of the first SKU
spin: /somewhere/stock-protocol.pml:98, Error: assertion violated
spin: text of failed assertion: assert((held==0))
#processes: 7
`;

  it('what was told on the way, and where it failed', () => {
    expect(parseReplay(replay)).toEqual({
      ...{ told: ['order 0 takes a unit', 'the vendor reports as of 2: 1 of the first SKU'], line: 98 },
    });
  });

  it('no line where no assertion failed', () => {
    expect(parseReplay('      it is 2\nspin: trail ends after 3 steps\n')).toEqual({ told: ['it is 2'], line: null });
  });

  it('the name of the invariant that stands on a line', () => {
    expect(invariantAt('x\n  assert(held == 0);   /* the counters add up */', 2)).toBe('the counters add up');
    expect(() => invariantAt('  held = 0', 1)).toThrow('expected an assertion');
  });
});

describe('the runs', () => {
  describe.each([
    // SITUATION is what the SEE_… are about; the lag and the skew are bounds that no run changes, the number of reports likewise.
    ['stock-protocol.pml', ['LAG', 'SITUATION', 'SKEW']],
    ['feed-series.pml', ['REPORTS']],
  ])('of %s', (model, bounds) => {
    const source = readFileSync(new URL(`../docs/formal/${model}`, import.meta.url), 'utf8');
    const runs = RUNS.filter((run) => run.model === model);

    it('break or look for whatever the model lets one break or look for', () => {
      const inModel = new Set([...source.matchAll(/^#ifn?def (\w+)/gm)].map(([, flag]) => flag));
      const inRuns = new Set(runs.flatMap(({ flags }) => flags.map((flag) => flag.split('=')[0])));
      expect([...inModel].filter((flag) => !inRuns.has(flag)).sort()).toEqual(bounds);
      expect([...inRuns].filter((flag) => !inModel.has(flag))).toEqual([]);
    });

    it('name invariants of the model, and break each of them at least once', () => {
      const names = new Set([...source.matchAll(/\bassert\(.*\/\* (.+?) \*\//g)].map(([, name]) => name));
      expect([...new Set(runs.flatMap(({ violates }) => violates ?? []))].sort()).toEqual([...names].sort());
    });
  });

  it('have names of their own, and stand in the README', () => {
    expect(new Set(RUNS.map(({ name }) => name)).size).toBe(RUNS.length);
    expect(RUNS.filter(({ name }) => !README.includes(`\`${name}\``)).map(({ name }) => name)).toEqual([]);
  });
});
