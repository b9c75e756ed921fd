import type { Decision } from '../engine/decision.js';
import type { Proof, RoutingDecision } from '../schema/decision.js';
import { toGlobalId } from '../schema/global-id.js';
import { type Money, moneyOfText } from '../schema/money.js';
import type { DecisionRow } from '../store/order-rows.js';

/** A decision record as the API shows it: amounts with their currency, moments as moments. Pure. */
export function decisionView(row: DecisionRow): RoutingDecision {
  const decision = row.decision as Decision;
  const { currency } = (row.request as { order: { currency: string } }).order;
  const amount = (text: string | undefined): Money | null => moneyOfText(text, currency);
  const exact = (text: string): Money => moneyOfText(text, currency) as Money;
  return {
    id: toGlobalId('RoutingDecision', row.id),
    orderUuid: row.orderId,
    cause: row.cause,
    orderVersion: row.orderVersion,
    attempt: row.attempt,
    decidedAt: row.decidedAt,
    engineMicros: row.engineMicros,
    engineVersion: decision.engineVersion,
    requestDigest: decision.requestDigest,
    status: decision.status,
    landedCost: amount(decision.landedCost),
    objective: amount(decision.objective),
    unfilledValue: amount(decision.unfilledValue),
    proof: decision.proof ? proofView(decision.proof, amount) : null,
    shipments: decision.shipments.map((shipment) => ({
      ...shipment,
      costs: {
        goods: exact(shipment.costs.goods),
        fees: exact(shipment.costs.fees),
        duty: exact(shipment.costs.duty),
        freight: exact(shipment.costs.freight),
        surcharges: exact(shipment.costs.surcharges),
        landed: exact(shipment.costs.landed),
        steering: exact(shipment.costs.steering),
      },
      shipsAt: new Date(shipment.shipsAt),
      arrivesAt: new Date(shipment.arrivesAt),
    })),
    unfilled: decision.unfilled,
    candidates: decision.candidates.map((candidate) => ({
      nodeId: candidate.nodeId,
      used: candidate.used,
      code: candidate.code ?? null,
      facts: candidate.facts ?? null,
      ruleId: candidate.ruleId ?? null,
    })),
    rawRequest: row.request,
    rawDecision: row.decision,
  };
}

function proofView(proof: NonNullable<Decision['proof']>, amount: (text: string) => Money | null): Proof {
  return proof.kind === 'optimal'
    ? { kind: proof.kind, lowerBound: null, gap: null }
    : { kind: proof.kind, lowerBound: amount(proof.lowerBound), gap: amount(proof.gap) };
}
