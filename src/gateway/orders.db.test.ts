import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, askFor } from '../../test/api-client.js';
import {
  AvailabilityDocument,
  OrderDocument,
  OrdersDocument,
  OrdersWithEverythingDocument,
  RawDecisionDocument,
  RoutingDecisionDocument,
  StockByNodeDocument,
} from '../../test/generated/operations.js';
import { addProduct } from '../store/testing/small-network.js';
import { type GatewayFixture, orderGlobalId, startGatewayFixture } from './testing/gateway-fixture.js';

describe('orders over the API', () => {
  let fixture: GatewayFixture;
  let product: number;
  beforeAll(async () => {
    fixture = await startGatewayFixture();
    const { east, far } = fixture.network.nodes;
    product = await addProduct(fixture.db.pool, [
      [east, 1_000],
      [far, 50],
    ]);
  });
  afterAll(() => fixture?.close());

  it('read an order with its lines, its address, who ships it and what it costs', async () => {
    const order = await fixture.routedOrder([[product, 2]], fixture.network.nodes.east);
    const { order: read } = await askFor(fixture.url, fixture.keys.shopPartner, OrderDocument, {
      id: orderGlobalId(order),
    });
    expect(read).toMatchObject({
      id: orderGlobalId(order),
      status: 'ROUTED',
      version: 2,
      currencyCode: 'USD',
      account: { code: 'shop' },
      shipTo: { name: 'Ada', city: 'Berlin', countryCode: 'DE' },
      lines: [{ lineNo: 1, ordered: 2, open: 0, routed: 2, unitPrice: { amount: '10.00', currencyCode: 'USD' } }],
      fulfillments: [{ status: 'PLANNED', landedCost: { amount: '12.34', currencyCode: 'USD' } }],
    });
  });

  it('find an order by the channel’s own id, with or without the account’s code', async () => {
    const order = await fixture.routedOrder([[product, 1]], fixture.network.nodes.east);
    const by = (key: string, accountCode?: string) =>
      askFor(fixture.url, key, OrderDocument, {
        reference: { externalId: order.id, ...(accountCode && { accountCode }) },
      });
    expect((await by(fixture.keys.shopPartner)).order?.id).toBe(orderGlobalId(order));
    expect((await by(fixture.keys.admin, 'shop')).order?.id).toBe(orderGlobalId(order));
    expect((await by(fixture.keys.admin, 'other')).order).toBeNull();
  });

  it('page through orders, newest first, none twice and none missing', async () => {
    const made: string[] = [];
    for (let i = 0; i < 5; i++) {
      made.unshift(
        orderGlobalId(await fixture.routedOrder([[product, 1]], fixture.network.nodes.east, fixture.otherAccountId)),
      );
    }
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 10; page++) {
      const {
        orders,
      }: {
        orders: {
          edges: readonly { node: { id: string } }[];
          pageInfo: { hasNextPage: boolean; endCursor: string | null };
        };
      } = await askFor(fixture.url, fixture.keys.otherPartner, OrdersDocument, { first: 2, after });
      seen.push(...orders.edges.map((edge) => edge.node.id));
      after = orders.pageInfo.endCursor;
      if (!orders.pageInfo.hasNextPage) break;
    }
    expect(seen).toHaveLength(5);
    expect([...seen].sort()).toEqual([...made].sort());
  });

  it('show what the engine decided, typed, and raw to operations', async () => {
    const order = await fixture.routedOrder([[product, 3]], fixture.network.nodes.east);
    const variables = { orderId: orderGlobalId(order) };
    const { routingDecision } = await askFor(fixture.url, fixture.keys.shopPartner, RoutingDecisionDocument, variables);
    expect(routingDecision).toMatchObject({
      status: 'ROUTED',
      landedCost: { amount: '12.34', currencyCode: 'USD' },
      proof: { kind: 'OPTIMAL', gap: null },
      shipments: [
        {
          nodeId: 'acme-east',
          arrivesAt: '2026-03-05T20:00:00.000Z',
          costs: { goods: { amount: '9.00' } },
          items: [{ quantity: 3 }],
        },
      ],
      candidates: [{ nodeId: 'acme-east', used: true, code: null }],
      order: { id: orderGlobalId(order) },
    });
    const again = await askFor(fixture.url, fixture.keys.admin, RoutingDecisionDocument, {
      id: routingDecision?.id ?? '',
    });
    expect(again.routingDecision?.requestDigest).toBe(routingDecision?.requestDigest);
    const raw = await askFor(fixture.url, fixture.keys.operations, RawDecisionDocument, variables);
    expect(raw.routingDecision?.rawDecision).toMatchObject({ landedCost: '12.3400' });
  });

  it('show stock by node to operations, and to a vendor its own', async () => {
    const { rows } = await fixture.db.pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [product]);
    const skus = [rows[0]?.sku ?? ''];
    const codes = async (key: string) => {
      const { availability } = await askFor(fixture.url, key, StockByNodeDocument, { skus });
      return availability[0]?.nodes.map((stock) => stock.node?.code).sort();
    };
    expect(await codes(fixture.keys.operations)).toEqual(['acme-east', 'zenith-far']);
    expect(await codes(fixture.keys.zenith)).toEqual(['zenith-far']);
  });

  it('tell a storefront at most a hundred, and that there may be more', async () => {
    const { rows } = await fixture.db.pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [product]);
    const skus = [rows[0]?.sku ?? '', 'no-such-sku'];
    const { availability } = await askFor(fixture.url, fixture.keys.storefront, AvailabilityDocument, { skus });
    expect(availability).toEqual([
      expect.objectContaining({ known: true, inStock: true, available: 100, atLeast: true }),
      expect.objectContaining({ sku: 'no-such-sku', known: false, inStock: false, available: 0 }),
    ]);
    const exact = await askFor(fixture.url, fixture.keys.operations, AvailabilityDocument, { skus });
    expect(exact.availability[0]).toMatchObject({ atLeast: false });
    expect(exact.availability[0]?.available).toBeGreaterThan(1_000);
  });

  it('take as many statements for a page of twenty as for a page of one', async () => {
    for (let i = 0; i < 20; i++) {
      await fixture.routedOrder([[product, 1]], i % 2 ? fixture.network.nodes.east : fixture.network.nodes.far);
    }
    const statements = async (first: number) => {
      let count = 0;
      const counting = () => count++;
      fixture.db.pool.on('acquire', counting);
      const { orders } = await askFor(fixture.url, fixture.keys.admin, OrdersWithEverythingDocument, { first });
      fixture.db.pool.off('acquire', counting);
      expect(orders.edges).toHaveLength(first);
      expect(orders.edges[0]?.node.fulfillments[0]?.node?.vendor?.code).toBeDefined();
      return count;
    };
    const one = await statements(1);
    expect(await statements(20)).toBe(one);
    // The key, the page, and one for each of its ten nested lists.
    expect(one).toBeLessThanOrEqual(13);
  });

  it.each([
    ['neither an id nor a reference', OrderDocument, {}],
    ['a page of a thousand', OrdersDocument, { first: 1_000 }],
    ['a cursor that nobody gave out', OrdersDocument, { after: 'x' }],
  ])('refuse %s with where and why', async (_name, document, variables) => {
    const answer = await ask(fixture.url, fixture.keys.admin, document as typeof OrdersDocument, variables);
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(answer.errors?.[0]?.message).toMatch(/expected/);
  });
});
