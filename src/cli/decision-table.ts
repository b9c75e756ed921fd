import pc from 'picocolors';
import { tableText } from './print.js';

/** What the table shows of a decision: the engine's own, and the API's once its amounts are text. */
export interface ShownDecision {
  readonly status: string;
  readonly shipments: readonly {
    readonly nodeId: string;
    readonly serviceId: string;
    readonly shipsAt: string;
    readonly arrivesAt: string;
    readonly items: readonly { readonly sku: string; readonly quantity: number }[];
    readonly costs: Readonly<Record<(typeof COSTS)[number], string>>;
  }[];
  readonly unfilled: readonly { readonly sku: string; readonly quantity: number; readonly reason: string }[];
  readonly landedCost?: string | undefined;
  readonly proof?: { readonly kind: string; readonly gap?: string | undefined } | undefined;
  readonly candidates: readonly {
    readonly nodeId: string;
    readonly used: boolean;
    readonly code?: string | undefined;
    readonly facts?: Readonly<Record<string, unknown>> | undefined;
  }[];
}

const COSTS = ['goods', 'fees', 'duty', 'freight', 'surcharges', 'landed'] as const;
/** Nodes that are listed; a network may have hundreds. */
const CANDIDATES_MAX = 40;
const FACTS_WIDTH_MAX = 60;

/** A decision for people: what ships from where at which cost, and why every other node is not in it. */
export function decisionTable(decision: ShownDecision, currency: string): string {
  const parts = [headline(decision, currency)];
  if (decision.shipments.length > 0) parts.push(shipmentsTable(decision));
  const unfilled = decision.unfilled.map((item) => `  not routed: ${item.quantity} × ${item.sku} (${item.reason})`);
  parts.push(...unfilled);
  const others = decision.candidates.filter((candidate) => !candidate.used);
  if (others.length > 0) parts.push(candidatesTable(others));
  if (others.length > CANDIDATES_MAX) parts.push(`  and ${others.length - CANDIDATES_MAX} more nodes`);
  return parts.join('\n');
}

function headline(decision: ShownDecision, currency: string): string {
  const cost = decision.landedCost === undefined ? '' : `, landed cost ${decision.landedCost} ${currency}`;
  const { proof } = decision;
  const proven =
    proof === undefined ? '' : proof.kind === 'optimal' ? ', proven optimal' : `, at most ${proof.gap} from optimal`;
  return `${pc.bold(decision.status)}${cost}${proven}`;
}

function shipmentsTable(decision: ShownDecision): string {
  return tableText(
    ['ships from', 'service', 'items', ...COSTS, 'leaves', 'arrives'],
    decision.shipments.map((shipment) => [
      pc.green(shipment.nodeId),
      shipment.serviceId,
      shipment.items.map((item) => `${item.quantity} × ${item.sku}`).join('\n'),
      ...COSTS.map((cost) => cents(shipment.costs[cost])),
      moment(shipment.shipsAt),
      moment(shipment.arrivesAt),
    ]),
    [3, 4, 5, 6, 7, 8],
  );
}

function candidatesTable(candidates: ShownDecision['candidates']): string {
  return tableText(
    ['not taken', 'why', 'facts'],
    candidates.slice(0, CANDIDATES_MAX).map((candidate) => {
      const facts = Object.entries(candidate.facts ?? {}).map(
        ([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
      );
      return [candidate.nodeId, candidate.code ?? '', clip(facts.join(', '))];
    }),
  );
}

/** Amounts have four digits; the last two are shown where they say something. */
function cents(amount: string): string {
  return amount.replace(/(\.\d\d)00$/, '$1');
}

function moment(text: string): string {
  return text.slice(0, 16).replace('T', ' ');
}

function clip(text: string): string {
  return text.length <= FACTS_WIDTH_MAX ? text : `${text.slice(0, FACTS_WIDTH_MAX - 1)}…`;
}
