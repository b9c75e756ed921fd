import pc from 'picocolors';
import { type Api, ask, follow } from './api.js';
import { decisionTable, type ShownDecision } from './decision-table.js';
import { withoutControls } from './print.js';

/** Nothing happens to an order in these statuses any more. */
export const ENDED = ['DELIVERED', 'CANCELED', 'REJECTED'];

interface Change {
  readonly cursor: string;
  readonly event: string;
  readonly orderId: string;
  readonly status: string;
  readonly occurredAt: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly order: { readonly externalId: string } | null;
}

const CHANGES = `subscription($orderIds: [ID!], $after: String) {
  orderStatusChanged(orderIds: $orderIds, after: $after) {
    cursor event orderId status occurredAt details order { externalId }
  }
}`;

const MONEY = '{ amount currencyCode }';
const DECISION = `query($orderId: ID!) {
  routingDecision(orderId: $orderId) {
    id status engineMicros
    landedCost ${MONEY}
    proof { kind gap ${MONEY} }
    shipments {
      nodeId serviceId shipsAt arrivesAt
      items { sku quantity }
      costs { goods ${MONEY} fees ${MONEY} duty ${MONEY} freight ${MONEY} surcharges ${MONEY} landed ${MONEY} steering ${MONEY} }
    }
    unfilled { sku quantity reason }
    candidates { nodeId used code facts ruleId }
  }
}`;

interface Money {
  readonly amount: string;
  readonly currencyCode: string;
}
type Costs = ShownDecision['shipments'][number]['costs'];
interface DecisionAnswer {
  readonly routingDecision:
    | null
    | (Pick<ShownDecision, 'status' | 'unfilled'> & {
        readonly id: string;
        readonly engineMicros: number;
        readonly landedCost: Money | null;
        readonly proof: { readonly kind: string; readonly gap: Money | null } | null;
        readonly shipments: readonly (Omit<ShownDecision['shipments'][number], 'costs'> & {
          readonly costs: Readonly<Record<keyof Costs, Money>>;
        })[];
        readonly candidates: readonly {
          readonly nodeId: string;
          readonly used: boolean;
          readonly code: string | null;
          readonly facts: Readonly<Record<string, unknown>> | null;
          readonly ruleId: string | null;
        }[];
      });
}

/** Where the event log stands now: what happens after this is heard by a subscription with this cursor. */
export async function cursorNow(api: Api, sku: string): Promise<string | null> {
  let cursor: string | null = null;
  await follow<{ stockChanged: { cursor: string } }>(
    api,
    {
      query: 'subscription($skus: [String!]!, $after: String) { stockChanged(skus: $skus, after: $after) { cursor } }',
      variables: { skus: [sku] },
      after: null,
      cursorOf: (data) => data.stockChanged.cursor,
      timeoutMs: 10_000,
    },
    async (data) => {
      cursor = data.stockChanged.cursor;
      return true;
    },
  );
  return cursor;
}

/**
 * Prints each step of one order as it happens, with the seconds since `startedAt` (of `performance.now`), and each new
 * decision as a table. Returns the status that it ended with, else the last one heard of; null: nothing was heard.
 */
export async function followOrder(
  api: Api,
  options: {
    /** The order, by its id or by how the channel's id ends. */
    readonly which: { readonly orderId: string } | { readonly externalIdEnd: string };
    readonly after: string | null;
    readonly timeoutMs: number;
    readonly startedAt: number;
    /** Ends it early. */
    readonly signal?: AbortSignal;
  },
): Promise<string | null> {
  const { which } = options;
  let shown: string | null = null;
  let status: string | null = null;
  await follow<{ orderStatusChanged: Change }>(
    api,
    {
      query: CHANGES,
      variables: 'orderId' in which ? { orderIds: [which.orderId] } : {},
      after: options.after,
      cursorOf: (data) => data.orderStatusChanged.cursor,
      timeoutMs: options.timeoutMs,
      signal: options.signal,
    },
    async ({ orderStatusChanged: change }) => {
      if ('externalIdEnd' in which && !change.order?.externalId.endsWith(which.externalIdEnd)) return false;
      printChange(change, options.startedAt);
      if (DECIDED.includes(change.event)) shown = await showDecision(api, change.orderId, shown);
      status = change.status;
      return ENDED.includes(status);
    },
  );
  return status;
}

function printChange(change: Change, startedAt: number): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(2).padStart(7);
  const facts = Object.entries(change.details)
    .filter(([name, value]) => ['string', 'number'].includes(typeof value) && !HIDDEN.includes(name))
    .map(([name, value]) => withoutControls(`${name} ${value}`));
  const step = change.event.padEnd(24);
  process.stdout.write(
    `${pc.dim(`${seconds} s`)}  ${step} ${pc.bold(change.status.padEnd(17))} ${pc.dim(facts.join(', '))}\n`,
  );
}

/** Events that a new decision stands behind. */
const DECIDED = ['order.routed', 'order.backordered'];

const HIDDEN = [
  'status',
  'previousStatus',
  'orderId',
  'fulfillmentId',
  'decisionId',
  'shipmentId',
  'accountId',
  'nodeId',
];

async function showDecision(api: Api, orderId: string, shown: string | null): Promise<string | null> {
  const { routingDecision: decision } = await ask<DecisionAnswer>(api, DECISION, { orderId });
  if (decision === null || decision.id === shown) return shown;
  const { candidates, landedCost, proof, shipments, status, unfilled } = decision;
  const table = decisionTable(
    {
      status: status.toLowerCase(),
      unfilled,
      landedCost: landedCost?.amount,
      proof: proof ? { kind: proof.kind.toLowerCase(), gap: proof.gap?.amount } : undefined,
      shipments: shipments.map((shipment) => ({
        ...shipment,
        costs: {
          goods: shipment.costs.goods.amount,
          fees: shipment.costs.fees.amount,
          duty: shipment.costs.duty.amount,
          freight: shipment.costs.freight.amount,
          surcharges: shipment.costs.surcharges.amount,
          landed: shipment.costs.landed.amount,
          steering: shipment.costs.steering.amount,
        },
      })),
      candidates: candidates.map((candidate) => ({
        nodeId: candidate.nodeId,
        used: candidate.used,
        code: candidate.code ?? undefined,
        facts: candidate.facts ?? undefined,
        ruleId: candidate.ruleId ?? undefined,
      })),
    },
    landedCost?.currencyCode ?? '',
  );
  process.stdout.write(`\n${table}\ndecided in ${(decision.engineMicros / 1000).toFixed(1)} ms\n\n`);
  return decision.id;
}
