import pc from 'picocolors';
import { reasonText } from '../engine/explanation/reason-text.js';
import { tableText, withoutControls } from './print.js';

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
    readonly ruleId?: string | undefined;
  }[];
  readonly objective?: string | undefined;
  readonly unfilledValue?: string | undefined;
  readonly alternatives?: readonly {
    readonly withoutNodeId: string;
    readonly shipments: readonly { readonly nodeId: string }[];
    readonly unfilled?: readonly { readonly quantity: number }[];
    readonly unfilledValue?: string | undefined;
    readonly proof?: { readonly kind: string; readonly gap?: string };
    readonly difference?: string;
  }[];
  readonly counterfactuals?: readonly {
    readonly nodeId: string;
    readonly path: string;
    readonly from: unknown;
    readonly to: unknown;
    readonly objective: string;
  }[];
}

const COSTS = ['goods', 'fees', 'duty', 'freight', 'surcharges', 'landed', 'steering'] as const;
type Alternative = NonNullable<ShownDecision['alternatives']>[number];

/** Nodes that are listed; a network may have hundreds. */
const CANDIDATES_MAX = 40;
const REASON_WIDTH_MAX = 72;
const COUNTERFACTUALS_MAX = 40;

/** A decision for people: what ships from where at which cost, and why every other node is not in it. */
export function decisionTable(given: ShownDecision, currency: string): string {
  const decision = withoutControls(given);
  const parts = [headline(decision, currency)];
  if (decision.shipments.length > 0) parts.push(shipmentsTable(decision));
  const unfilled = decision.unfilled.map((item) => `  not routed: ${item.quantity} × ${item.sku} (${item.reason})`);
  parts.push(...unfilled);
  const others = decision.candidates.filter((candidate) => !candidate.used);
  if (others.length > 0) parts.push(candidatesTable(others, costlierText(decision)));
  if (others.length > CANDIDATES_MAX) parts.push(`  and ${others.length - CANDIDATES_MAX} more nodes`);
  parts.push(...(decision.alternatives ?? []).map((alternative) => alternativeText(alternative, decision)));
  if (decision.counterfactuals?.length) parts.push(counterfactualsTable(decision.counterfactuals));
  return parts.join('\n');
}

function headline(decision: ShownDecision, currency: string): string {
  const cost = decision.landedCost === undefined ? '' : `, landed cost ${cents(decision.landedCost)} ${currency}`;
  const { landedCost, objective, proof } = decision;
  const steered = objective === undefined || objective === landedCost ? '' : `, objective ${cents(objective)}`;
  const proven =
    proof === undefined
      ? ''
      : proof.kind === 'optimal'
        ? ', proven optimal'
        : `, at most ${cents(proof.gap ?? '')} from optimal`;
  return `${pc.bold(decision.status)}${cost}${steered}${proven}`;
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
    [3, 4, 5, 6, 7, 8, 9],
  );
}

/** `costlier`: what is said of nodes that could ship, where that takes no numbers. */
function candidatesTable(candidates: ShownDecision['candidates'], costlier: string | null): string {
  return tableText(
    ['not taken', 'why', 'in numbers'],
    candidates.slice(0, CANDIDATES_MAX).map(({ nodeId, code = '', facts, ruleId }) => {
      const text = code === 'COSTLIER' && costlier !== null ? costlier : reasonText(code, facts, ruleId);
      return [nodeId, code, clip(text)];
    }),
  );
}

/** Where nothing ships, no plan did without a node. */
function costlierText({ status, unfilled }: ShownDecision): string | null {
  if (status === 'undecided') return 'could ship something; the search ended before there was a plan';
  if (status !== 'unroutable') return null;
  return unfilled.every(({ reason }) => reason === 'COSTLIER')
    ? 'could ship something, but the best plan ships nothing'
    : 'could ship something, but no plan serves the order';
}

/** What is known of the best plan without a node: what it costs more or less, and what it leaves that the decided one does not. */
function alternativeText(alternative: Alternative, decision: ShownDecision): string {
  const { withoutNodeId, shipments, difference, proof } = alternative;
  const without = `  without ${withoutNodeId}`;
  if (difference === undefined)
    return proof === undefined
      ? `${without} no plan was found: the search ended before one was ruled out`
      : `${without} the order cannot be served`;
  const isProven = proof?.kind === 'optimal';
  const from = shipments.length === 0 ? 'nothing' : `from ${shipments.map(({ nodeId }) => nodeId).join(', ')}`;
  const costs = difference.startsWith('-') ? `${cents(difference.slice(1))} less` : `${cents(difference)} more`;
  const leaves = leavesText(alternative, decision);
  const open = isProven ? '' : `, at most ${cents(proof?.gap ?? '')} from optimal`;
  return `${without} the best plan${isProven ? '' : ' found'} ships ${from} and costs ${costs}${leaves}${open}`;
}

function leavesText(alternative: Alternative, decision: ShownDecision): string {
  const left = ({
    unfilled = [],
    unfilledValue = '0.0000',
  }: Pick<ShownDecision, 'unfilledValue'> & Pick<Alternative, 'unfilled'>) => {
    const units = unfilled.reduce((sum, { quantity }) => sum + quantity, 0);
    return units === 0 ? 'none' : `${units} worth ${cents(unfilledValue)}`;
  };
  const [there, here] = [left(alternative), left(decision)];
  return there === here ? '' : `, leaving ${there} of the units unfilled instead of ${here}`;
}

function counterfactualsTable(counterfactuals: NonNullable<ShownDecision['counterfactuals']>): string {
  const shown = (value: unknown) => (typeof value === 'string' ? cents(value) : JSON.stringify(value));
  return tableText(
    ['would be taken', 'if this', 'were', 'instead of', 'objective then'],
    counterfactuals.slice(0, COUNTERFACTUALS_MAX).map(({ nodeId, path, from, to, objective }) => {
      return [nodeId, path, to === null ? 'taken away' : shown(to), clip(shown(from)), cents(objective)];
    }),
    [2, 3, 4],
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
  return text.length <= REASON_WIDTH_MAX ? text : `${text.slice(0, REASON_WIDTH_MAX - 1)}…`;
}
