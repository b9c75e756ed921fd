import type { DecidedShipment, RoutingDecision } from '../schema/decision.js';
import { toGlobalId } from '../schema/global-id.js';
import { type Money, moneyOfText } from '../schema/money.js';
import type { DecisionRow } from '../store/order-rows.js';

/** The part of a stored decision (its JSON is the database's, not the engine's) that the API shows typed. */
interface StoredDecision {
  readonly status: string;
  readonly shipments?: readonly {
    readonly nodeId: string;
    readonly vendorId: string;
    readonly serviceId: string;
    readonly items: readonly { readonly lineId: string; readonly sku: string; readonly quantity: number }[];
    readonly costs: Readonly<Record<keyof DecidedShipment['costs'], string>>;
    readonly weightGrams: number;
    readonly shipsAt: string;
    readonly arrivesAt: string;
  }[];
  readonly unfilled?: readonly {
    readonly lineId: string;
    readonly sku: string;
    readonly quantity: number;
    readonly reason: string;
  }[];
  readonly candidates?: readonly {
    readonly nodeId: string;
    readonly used: boolean;
    readonly code?: string;
    readonly facts?: unknown;
    readonly ruleId?: string;
  }[];
  readonly landedCost?: string;
  readonly objective?: string;
  readonly unfilledValue?: string;
  readonly proof?: { readonly kind: string; readonly lowerBound?: string; readonly gap?: string };
  readonly requestDigest: string;
  readonly engineVersion: string;
}

/** A decision record as the API shows it: amounts with their currency, moments as moments. Pure. */
export function decisionView(row: DecisionRow): RoutingDecision {
  const decision = row.decision as StoredDecision;
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
    proof: decision.proof
      ? {
          kind: decision.proof.kind,
          lowerBound: amount(decision.proof.lowerBound),
          gap: amount(decision.proof.gap),
        }
      : null,
    shipments: (decision.shipments ?? []).map((shipment) => ({
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
    unfilled: decision.unfilled ?? [],
    candidates: (decision.candidates ?? []).map((candidate) => ({
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
