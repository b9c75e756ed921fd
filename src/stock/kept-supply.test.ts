import { describe, expect, it } from 'vitest';
import type { EventType, LoggedEvent } from '../model/events.js';
import type { ProductSupply } from '../model/supply.js';
import type { SupplyFacts } from '../store/supply.js';
import { KeptSupply } from './kept-supply.js';

const NOW = new Date('2026-03-02T10:00:00Z');
const offer = { nodeId: 1, available: 1, minimumQuantity: 1, quantityMultiple: 1, leadTimeHours: null };
const THOUSAND = Array.from({ length: 1_000 }, () => ({ ...offer, leastUnitCost: 1, greatestUnitCost: 1 }));
const product = (productId: number): ProductSupply => ({
  ...{ productId, sku: `S-${productId}`, hsCode: null, originCountry: null },
  ...{ active: true, tags: [], unitWeightGrams: 1, unitVolumeCm3: 0, components: [], setAsides: [] },
  offers: THOUSAND,
});
const facts = (position: bigint, more: Partial<SupplyFacts> = {}): SupplyFacts => ({
  ...{
    position,
    account: null,
    names: new Map(),
    products: new Map(),
    nodes: null,
    ruleVersion: 0,
    capacities: new Map(),
    reach: null,
  },
  ...more,
});
const event = (position: bigint, type: EventType, more: Partial<LoggedEvent> = {}): LoggedEvent => ({
  ...{
    position,
    type,
    aggregateType: 'stock',
    aggregateId: '1:5',
    aggregateVersion: 1,
    accountId: null,
    vendorId: null,
  },
  ...{ actor: 'system:test', occurredAt: NOW, payload: {} },
  ...more,
});
const of: Parameters<KeptSupply['keep']>[2] = { account: null, scope: 'account 1', reach: null };

/** Reads something while something else happens, and keeps what was read. */
function read(kept: KeptSupply, found: SupplyFacts, meanwhile: () => void = () => {}, as = of): void {
  const read = { at: NOW, era: kept.era() };
  meanwhile();
  kept.keep(found, read, as);
}
const five = { products: new Map([[5, product(5)]]), names: new Map([['A', 5]]) };

describe('what was read', () => {
  it.each<[string, bigint, boolean]>([
    ['is forgotten when it changed after that', 11n, false],
    ['is kept when it had seen the change', 10n, true],
  ])('%s', (_name, position, isKept) => {
    const kept = new KeptSupply();
    read(kept, facts(10n, five));
    kept.forget(event(position, 'stock.changed'));
    expect(kept.product(5, NOW) !== undefined).toBe(isKept);
  });

  it.each<[string, bigint, boolean]>([
    ['is not kept when it changed meanwhile and it may not have seen that', 11n, false],
    ['is kept when it changed meanwhile and it has seen that', 10n, true],
  ])('%s', (_name, position, isKept) => {
    const kept = new KeptSupply();
    read(kept, facts(10n, five), () => kept.forget(event(position, 'stock.short')));
    expect(kept.product(5, NOW) !== undefined).toBe(isKept);
    expect(kept.name('account 1', 'A')?.value).toBe(5);
  });

  it.each<[string, bigint, boolean]>([
    [
      'is not kept when more changed meanwhile than can be told apart, of which it may not have seen the first',
      11n,
      false,
    ],
    ['is kept when more changed meanwhile than can be told apart, of which it has seen all but the last', 12n, true],
  ])('%s', (_name, position, isKept) => {
    const kept = new KeptSupply();
    read(kept, facts(position, five), () => {
      kept.forget(event(11n, 'stock.changed', { aggregateId: '1:99' }));
      kept.forget(event(12n, 'stock.changed', { aggregateId: '1:100' }));
      for (let id = 101; id <= 10_100; id += 1) kept.forget(event(13n, 'stock.changed', { aggregateId: `1:${id}` }));
    });
    expect([kept.product(5, NOW) !== undefined, kept.name('account 1', 'A') !== undefined]).toEqual([isKept, isKept]);
  });

  it('is not kept when events were missed meanwhile, nor is anything else', () => {
    const kept = new KeptSupply();
    read(kept, facts(10n, five));
    read(kept, facts(12n, { products: new Map([[6, product(6)]]) }), () => kept.forgetAll());
    expect([kept.product(5, NOW), kept.product(6, NOW), kept.name('account 1', 'A')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each<[string, Partial<LoggedEvent>, number | undefined, number | undefined]>([
    ['a name', { payload: { productIds: [], skus: ['A'] } }, 5, undefined],
    ['a product', { payload: { productIds: [5], skus: [] } }, undefined, 5],
    ['everything', { payload: { all: true } }, undefined, undefined],
    ['others', { payload: { productIds: [6], skus: ['B'] } }, 5, 5],
  ])('is forgotten as far as the catalogue names it: %s', (_name, more, keptProduct, keptName) => {
    const kept = new KeptSupply();
    read(kept, facts(10n, five));
    kept.forget(event(11n, 'catalogue.changed', more));
    expect([kept.product(5, NOW)?.value.productId, kept.name('account 1', 'A')?.value]).toEqual([
      keptProduct,
      keptName,
    ]);
  });

  it('is forgotten of the network without the products', () => {
    const kept = new KeptSupply();
    const capacities = new Map([[1, { units: 3, until: new Date('2026-03-03T00:00:00Z') }]]);
    const account = { id: 1, code: 'shop', channel: 'api', currency: 'USD' };
    read(kept, facts(10n, { ...five, nodes: new Map(), capacities, account }), undefined, { ...of, account: 'shop' });
    expect([kept.account('shop')?.value, kept.nodes(NOW)?.value.size, kept.capacity(1, NOW)?.value]).toEqual([
      account,
      0,
      3,
    ]);
    expect(kept.capacity(1, new Date('2026-03-03T00:00:00Z'))).toBeUndefined();
    kept.forget(event(11n, 'capacity.changed', { payload: { nodeId: 1, day: '2026-03-02', taken: 4 } }));
    expect([kept.nodes(NOW)?.value.size, kept.capacity(1, NOW)]).toEqual([0, undefined]);
    kept.forget(event(12n, 'network.changed'));
    expect([kept.account('shop'), kept.nodes(NOW), kept.product(5, NOW)?.value.productId]).toEqual([
      undefined,
      undefined,
      5,
    ]);
  });
});

describe('what is kept', () => {
  it('is bounded, by what it holds: the least recently used goes first', () => {
    const kept = new KeptSupply();
    for (let id = 1; id <= 201; id += 1) read(kept, facts(10n, { products: new Map([[id, product(id)]]) }));
    expect([kept.product(1, NOW), kept.product(2, NOW), kept.product(201, NOW)?.value.productId]).toEqual([
      undefined,
      undefined,
      201,
    ]);
  });

  it('is bounded in names: of all accounts together, the least recently asked for go first', () => {
    const kept = new KeptSupply();
    const names = new Map(Array.from({ length: 100_001 }, (_, at) => [`N${at}`, 5]));
    for (const scope of ['account 1', 'account 2']) read(kept, facts(10n, { names }), undefined, { ...of, scope });
    const isKept = (sku: string) => [1, 2].map((id) => kept.name(`account ${id}`, sku)?.value);
    expect([isKept('N0'), isKept('N100000')]).toEqual([
      [undefined, undefined],
      [undefined, 5],
    ]);
  });

  it('is bounded in the accounts of one name, and nothing for an account that is none', () => {
    const kept = new KeptSupply();
    for (let id = 0; id <= 50; id += 1) read(kept, facts(10n, five), undefined, { ...of, scope: `account ${id}` });
    const isKept = [0, 1, 50].map((id) => kept.name(`account ${id}`, 'A')?.value);
    expect(isKept).toEqual([undefined, 5, 5]);
    read(kept, facts(10n, { names: new Map([['B', 5]]) }), undefined, { ...of, scope: null });
    expect(kept.name('account 50', 'B')).toBeUndefined();
  });
});
