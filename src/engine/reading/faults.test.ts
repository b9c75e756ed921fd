import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultPaths, validRequest } from '../testing/broken-request.js';
import { randomFrom, randomRequest } from '../testing/random-request.js';
import { parseRequest } from './parse.js';
import { pathText } from './reader.js';
import { parseRequestText } from './request-text.js';

type Step = string | number;

/** How a value is spoilt: nothing takes null; a key comes again; a whole number has a digit far behind the point; a field is unknown. */
type Harm = 'null' | 'repeated' | 'inexact' | 'unknown';

/** Every place in a value, with what can be wrong there. */
function places(value: unknown, steps: readonly Step[] = []): { steps: readonly Step[]; harms: Harm[] }[] {
  const own: Harm[] = steps.length === 0 ? [] : ['null'];
  if (typeof steps.at(-1) === 'string') own.push('repeated');
  if (Number.isSafeInteger(value)) own.push('inexact');
  if (typeof value !== 'object' || value === null) return [{ steps, harms: own }];
  if (!Array.isArray(value)) own.push('unknown');
  const within = Object.entries(value).flatMap(([name, entry]) =>
    places(entry, [...steps, Array.isArray(value) ? Number(name) : name]),
  );
  return [{ steps, harms: own }, ...within];
}

/** The JSON text of a value, spoilt at these places. */
function spoilt(value: unknown, harms: ReadonlyMap<string, Harm>, steps: readonly Step[] = []): string {
  const harm = harms.get(pathText(steps));
  if (harm === 'null') return 'null';
  if (harm === 'inexact') return `${value}.00000000000000000001`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((entry, at) => spoilt(entry, harms, [...steps, at])).join()}]`;
  const fields = Object.entries(value).flatMap(([name, entry]) => {
    const path = [...steps, name];
    const text = `${JSON.stringify(name)}:${spoilt(entry, harms, path)}`;
    return harms.get(pathText(path)) === 'repeated' ? [text, text] : [text];
  });
  if (harm === 'unknown') fields.push('"surplus":[{}]');
  return `{${fields.join()}}`;
}

describe('faults', () => {
  it('are all named, each by its path, and nothing else is', () => {
    let most = 0;
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 12 }), (seed, count) => {
        const request = randomRequest(seed);
        const random = randomFrom(seed);
        const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
        const open = places(request);
        const harms = new Map<string, Harm>();
        const chosen: (readonly Step[])[] = [];
        for (let tries = 0; tries < count; tries += 1) {
          const { steps, harms: possible } = pick(open);
          const isApart = chosen.every((other) => other.some((step, at) => at < steps.length && step !== steps[at]));
          if (possible.length === 0 || !isApart) continue;
          chosen.push(steps);
          harms.set(pathText(steps), pick(possible));
        }
        const expected = [...harms].map(([path, harm]) =>
          harm === 'unknown' ? (path === '' ? 'surplus' : `${path}.surplus`) : path,
        );
        const parsed = parseRequestText(spoilt(request, harms));
        const named = parsed.ok ? [] : parsed.faults.map(({ path }) => path);
        expect(named.sort()).toEqual(expected.sort());
        most = Math.max(most, expected.length);
      }),
      { numRuns: 300, seed: 3339 },
    );
    expect(most).toBeGreaterThan(6);
  });

  it('of nodes and policy are named where the order is missing or none', () => {
    const { order: _, ...rest } = validRequest();
    const broken = { ...rest, nodes: [{ ...rest.nodes[0], id: 7 }], policy: { effort: -1 } };
    expect(faultPaths(broken)).toEqual(['order', 'nodes[0].id', 'policy.effort']);
    expect(faultPaths({ ...broken, order: [] })).toEqual(['order', 'nodes[0].id', 'policy.effort']);
  });

  it('beyond a thousand are not looked for, which is said', () => {
    const request = validRequest();
    const more = { path: '', message: 'has more faults than these 1000, after which no more were looked for' };
    const nodes = Array.from({ length: 1000 }, (_, at) => ({ ...request.nodes[0], id: `n${at}`, orderFee: '-1' }));
    const faults = (value: unknown) => {
      const parsed = parseRequest(value);
      return parsed.ok ? [] : parsed.faults;
    };
    expect(faults({ ...request, nodes })).toHaveLength(1000);
    expect(faults({ ...request, nodes })).not.toContainEqual(more);
    expect(faults({ ...request, nodes, policy: { effort: -1 } }).slice(999)).toEqual([
      { path: 'nodes[999].orderFee', message: expect.any(String) },
      more,
    ]);
    const text = JSON.stringify({ ...request, nodes }).replaceAll('"vendorId":"v1"', '"vendorId":"v1","vendorId":"v1"');
    const parsed = parseRequestText(text);
    expect(!parsed.ok && parsed.faults.slice(999)).toEqual([
      { path: 'nodes[999].vendorId', message: 'repeated key', line: 1 },
      { ...more, line: 1 },
    ]);
  });

  it('are named for a value of any kind, without reading through it', () => {
    const within: unknown[] = [];
    within.push(within);
    const request = validRequest();
    for (const value of [1n, Symbol('x'), within, () => 1, new Date(0), Number.NaN, '\ud800', 'x'.repeat(10_000_000)]) {
      const line = { ...request.order.lines[0], quantity: value };
      expect(faultPaths({ ...request, order: { ...request.order, lines: [line] } })).toEqual([
        'order.lines[0].quantity',
      ]);
    }
  });

  it('of more lines at more nodes and services than can be held are named beside the others', () => {
    const request = validRequest();
    const lines = Array.from({ length: 10_000 }, (_, at) => ({ ...request.order.lines[0], id: `l${at}` }));
    const [node] = request.nodes;
    const services = Array.from({ length: 1_000 }, (_, at) => ({
      ...node?.services[0],
      id: `s${at}`,
      basis: 'units',
    }));
    const many = (count: number) => ({
      ...request,
      order: { ...request.order, lines },
      nodes: [{ ...node, services: services.slice(0, count) }],
    });
    expect(faultPaths(many(999))).toEqual([]);
    expect(faultPaths({ ...many(1_000), policy: { effort: -1 } })).toEqual(['nodes', 'policy.effort']);
    const nodes = Array.from({ length: 50_000 }, (_, at) => ({ ...node, id: `n${at}` }));
    const unlike = lines.map((line) => ({ ...line, sku: line.id }));
    expect(faultPaths({ ...request, order: { ...request.order, lines: unlike }, nodes })).toEqual(['nodes']);
  });

  it('are found however many rules, services and prices there are', () => {
    const request = validRequest();
    const [node] = request.nodes;
    const exclusions = Array.from({ length: 20_000 }, (_, at) => ({
      serviceId: `s${at}`,
      sku: 'mug',
      reason: 'contract',
    }));
    const services = exclusions.map(({ serviceId }) => ({ ...node?.services[0], id: serviceId }));
    const unitCosts = exclusions.map((_, at) => ({ fromQuantity: at + 1, unitCost: '4' }));
    const offers = [
      {
        sku: 'mug',
        unitCosts: [...unitCosts, ...unitCosts.map((cost) => ({ ...cost, fromQuantity: cost.fromQuantity + 20_000 }))],
      },
    ];
    const many = { ...request, nodes: [{ ...node, offers, services }], exclusions };
    const parsed = parseRequest({ ...many, policy: {} });
    expect(parsed.ok && parsed.problem.nodes[0]?.services.every(({ excludedSkus }) => excludedSkus[0])).toBe(true);
  });
});
