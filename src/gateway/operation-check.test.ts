import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Scope, Viewer } from '../model/viewer.js';
import { DEFAULT_GATEWAY_CONFIG, type GatewayConfig } from './config.js';
import { checkOperation } from './operation-check.js';
import { buildApiSchema } from './schema.js';

const schema = buildApiSchema();
const viewer = (...scopes: Scope[]): Viewer => ({ actor: 'key:test', scopes, accountIds: [1], vendorIds: 'all' });

function check(
  source: string,
  who: Viewer,
  variables: Record<string, unknown> = {},
  config: Partial<GatewayConfig> = {},
): string {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  try {
    checkOperation(schema, { document, operationName: undefined, variables }, who, {
      ...DEFAULT_GATEWAY_CONFIG,
      ...config,
    });
    return 'allowed';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('what a key may select', () => {
  it.each<[string, string, Scope, string]>([
    ['a storefront asks what is available', '{ availability(skus: ["A"]) { sku available } }', 'storefront', 'allowed'],
    [
      'a storefront asks by node',
      '{ availability(skus: ["A"]) { nodes { onHand } } }',
      'storefront',
      'Availability.nodes',
    ],
    ['a storefront reads orders', '{ orders { edges { cursor } } }', 'storefront', 'Query.orders'],
    [
      'a vendor reads what a customer pays',
      '{ orders { edges { node { lines { unitPrice { amount } } } } } }',
      'vendor',
      'OrderLine.unitPrice',
    ],
    [
      'a partner reads the raw decision',
      '{ routingDecision(orderId: "x") { status rawDecision } }',
      'partner',
      'RoutingDecision.rawDecision',
    ],
    [
      'operations read the raw decision',
      '{ routingDecision(orderId: "x") { status rawDecision } }',
      'operations',
      'allowed',
    ],
    [
      'a partner replays dead letters',
      'mutation { replayDeadLetters(input: {}) { replayed } }',
      'partner',
      'Mutation.replayDeadLetters',
    ],
    [
      'an alias hides nothing',
      '{ a: availability(skus: ["A"]) { b: nodes { c: onHand } } }',
      'storefront',
      'Availability.nodes',
    ],
    [
      'a fragment hides nothing',
      '{ ...F } fragment F on Query { orders { edges { node { ...G } } } } fragment G on Order { decisions { status } }',
      'vendor',
      'Order.decisions',
    ],
    [
      'an inline fragment hides nothing',
      '{ ... on Query { ... { deadLetters { edges { cursor } } } } }',
      'partner',
      'Query.deadLetters',
    ],
    ['@skip hides nothing', '{ orders @skip(if: true) { edges { cursor } } }', 'storefront', 'Query.orders'],
    [
      'a subscription is judged alike',
      'subscription { orderStatusChanged { cursor details } }',
      'partner',
      'OrderStatusChange.details',
    ],
    [
      'every key may ask for a type’s name',
      '{ __typename availability(skus: ["A"]) { __typename } }',
      'storefront',
      'allowed',
    ],
  ])('%s', (_name, source, scope, expected) => {
    expect(check(source, viewer(scope))).toContain(expected);
  });

  it('judges a field of an interface by every type that may stand behind it', () => {
    const type = schema.getType('UnknownSku');
    if (!type || !('getFields' in type)) throw new Error('expected UnknownSku');
    const field = type.getFields().code;
    if (!field) throw new Error('expected UnknownSku.code');
    const before = field.extensions;
    field.extensions = { ...before, scopes: ['admin'] };
    const source = 'mutation { cancelOrder(input: { idempotencyKey: "k", orderId: "o" }) { errors { code } } }';
    expect(check(source, viewer('partner'))).toContain('UserError.code');
    field.extensions = before;
    expect(check(source, viewer('partner'))).toBe('allowed');
  });

  it('opens a field to a key that has any of its scopes', () => {
    expect(check('{ deadLetters { edges { cursor } } }', viewer('storefront', 'operations'))).toBe('allowed');
  });

  it('closes the schema where it may not be read', () => {
    const source = '{ __schema { types { name } } }';
    expect(check(source, viewer('storefront'))).toBe('allowed');
    expect(check(source, viewer('admin'), {}, { introspection: false })).toContain('may not be read');
  });
});

describe('how large an operation may be', () => {
  const admin = viewer('admin');
  const nested = (depth: number): string => {
    const open = Array.from({ length: depth }, () => 'decisions { order {').join(' ');
    return `{ order(id: "x") { ${open} id ${'} }'.repeat(depth)} } }`;
  };

  it('bounds its depth, through fragments too', () => {
    expect(check(nested(3), admin)).toBe('allowed');
    expect(check(nested(8), admin, {}, { costMax: 1e9 })).toContain('depth of at most 12');
    const source = `{ order(id: "x") { ...A } } fragment A on Order { decisions { order { ...B } } }
      fragment B on Order { decisions { order { decisions { order { decisions { order { decisions { order { ...C } } } } } } } } }
      fragment C on Order { decisions { order { id } } }`;
    expect(check(source, admin, {}, { costMax: 1e9 })).toContain('depth of at most 12');
  });

  it('bounds aliases', () => {
    const aliased = (count: number) => `{ ${Array.from({ length: count }, (_, i) => `a${i}: __typename`).join(' ')} }`;
    expect(check(aliased(30), admin)).toBe('allowed');
    expect(check(aliased(31), admin)).toContain('aliases of at most 30');
  });

  it('bounds its cost by the sizes of its lists, wherever they are said', () => {
    const lines = 'edges { node { lines { sku } fulfillments { lines { sku } shipments { lines { quantity } } } } }';
    expect(check(`{ orders(first: 50) { ${lines} } }`, admin)).toBe('allowed');
    expect(
      check(`query ($n: Int!) { orders(first: $n) { ${lines} } }`, admin, { n: 100 }, { costMax: 5_000 }),
    ).toContain('cost');
    expect(check(`query ($n: Int = 100) { orders(first: $n) { ${lines} } }`, admin, {}, { costMax: 5_000 })).toContain(
      'cost',
    );
    expect(check(`query ($n: Int!) { orders(first: $n) { ${lines} } }`, admin, { n: 1 }, { costMax: 5_000 })).toBe(
      'allowed',
    );
  });

  it('does not follow fragments without end where they multiply', () => {
    const fragments = Array.from(
      { length: 20 },
      (_, i) => `fragment F${i} on Order { ...F${i + 1} ... on Order { ...F${i + 1} } }`,
    );
    const source = `{ order(id: "x") { ...F0 } } ${fragments.join(' ')} fragment F20 on Order { id }`;
    expect(check(source, admin)).toContain('fields of at most 2000');
  });

  it('allows a page of 50 orders with everything nested', () => {
    const source = `{ orders(first: 50) { edges { node { account { code } shipTo { city } lines { sku } openItems { reason }
      decisions { status shipments { items { sku } costs { landed { amount } } } candidates { code } }
      fulfillments { node { code vendor { code } } lines { sku } shipments { lines { quantity } } } } } } }`;
    expect(check(source, admin)).toBe('allowed');
  });
});
