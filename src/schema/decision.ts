import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DecisionStatusEnum, ProofKindEnum } from './enums.js';
import { Money } from './money.js';
import { DateTimeScalar, JsonScalar } from './scalars.js';

@ObjectType({ simpleResolvers: true, description: 'Units of one order line in a decided shipment.' })
export class DecidedItem {
  @Field(() => String, { description: 'The line, as the routing request names it.' })
  lineId!: string;

  @Field(() => String, { description: 'SKU.' })
  sku!: string;

  @Field(() => Int, { description: 'Units.' })
  quantity!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What a decided shipment costs, part by part. landed = goods + fees + duty + freight + surcharges.',
})
export class LandedCost {
  @Field(() => Money, { description: 'What the vendor charges for the goods.' })
  goods!: Money;

  @Field(() => Money, { description: 'The vendor’s fees per order and per unit.' })
  fees!: Money;

  @Field(() => Money, { description: 'Duty, import tax and clearance.' })
  duty!: Money;

  @Field(() => Money, { description: 'The carrier’s price.' })
  freight!: Money;

  @Field(() => Money, { description: 'Fuel, residential and other surcharges.' })
  surcharges!: Money;

  @Field(() => Money, { description: 'All of the above.' })
  landed!: Money;

  @Field(() => Money, {
    description: 'What steered the choice and is billed by nobody: expected failure, rules, shadow prices, lateness.',
  })
  steering!: Money;
}

@ObjectType({
  simpleResolvers: true,
  description: 'One shipment of a decision: one node, one service, quantities per line.',
})
export class DecidedShipment {
  @Field(() => String, { description: 'The node, as the routing request names it.' })
  nodeId!: string;

  @Field(() => String, { description: 'Its vendor, as the routing request names it.' })
  vendorId!: string;

  @Field(() => String, { description: 'The carrier service.' })
  serviceId!: string;

  @Field(() => [DecidedItem], { description: 'What it carries, in line order.' })
  items!: readonly DecidedItem[];

  @Field(() => LandedCost, { description: 'What it costs.' })
  costs!: LandedCost;

  @Field(() => Int, { description: 'Actual weight in grams.' })
  weightGrams!: number;

  @Field(() => DateTimeScalar, { description: 'When it leaves.' })
  shipsAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it arrives.' })
  arrivesAt!: Date;
}

@ObjectType({ simpleResolvers: true, description: 'Units that no node ships, and why.' })
export class UnfilledItem {
  @Field(() => String, { description: 'The line, as the routing request names it.' })
  lineId!: string;

  @Field(() => String, { description: 'SKU.' })
  sku!: string;

  @Field(() => Int, { description: 'Units.' })
  quantity!: number;

  @Field(() => String, { description: 'Stable code, such as NO_STOCK.' })
  reason!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A node that was looked at, and why it was not taken.' })
export class Candidate {
  @Field(() => String, { description: 'The node, as the routing request names it.' })
  nodeId!: string;

  @Field(() => Boolean, { description: 'Whether it ships a part.' })
  used!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Why not, as a stable code such as COSTLIER; null where it is used.',
  })
  code!: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'The numbers that decided it.' })
  facts!: unknown;

  @Field(() => String, { nullable: true, description: 'The rule behind it, where one was.' })
  ruleId!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'How much of a decision is proven.' })
export class Proof {
  @Field(() => ProofKindEnum, { description: 'What is proven.' })
  kind!: string;

  @Field(() => Money, {
    nullable: true,
    description: 'No plan’s objective is below this; null where the optimum is proven.',
  })
  lowerBound!: Money | null;

  @Field(() => Money, {
    nullable: true,
    description: 'How far the decision may be from the best at most; null where the optimum is proven.',
  })
  gap!: Money | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'What the engine answered for one routing request of an order. The same request gives the same decision, byte for byte.',
})
export class RoutingDecision {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => String, { description: 'What made the engine decide.' })
  cause!: string;

  @Field(() => Int, { description: 'Version of the order that it was made for.' })
  orderVersion!: number;

  @Field(() => Int, { description: 'Which attempt, where stock had moved between deciding and holding.' })
  attempt!: number;

  @Field(() => DateTimeScalar, { description: 'When.' })
  decidedAt!: Date;

  @Field(() => Int, { description: 'How long the engine took, in microseconds.' })
  engineMicros!: number;

  @Field(() => String, { description: 'Version of the engine.' })
  engineVersion!: string;

  @Field(() => String, { description: 'SHA-256 of the request’s canonical JSON.' })
  requestDigest!: string;

  @Field(() => DecisionStatusEnum, { description: 'What was found.' })
  status!: string;

  @Field(() => Money, {
    nullable: true,
    description: 'Goods, fees, freight, surcharges and duty of all shipments; null where nothing ships.',
  })
  landedCost!: Money | null;

  @Field(() => Money, {
    nullable: true,
    description: 'What was minimised: landed cost and everything that steers; null where nothing ships.',
  })
  objective!: Money | null;

  @Field(() => Money, {
    nullable: true,
    description: 'What the units that no node ships are worth; null where nothing ships.',
  })
  unfilledValue!: Money | null;

  @Field(() => Proof, { nullable: true, description: 'How much is proven; null where the decision is UNDECIDED.' })
  proof!: Proof | null;

  @Field(() => [DecidedShipment], { description: 'Who ships what.' })
  shipments!: readonly DecidedShipment[];

  @Field(() => [UnfilledItem], { description: 'What nobody ships.' })
  unfilled!: readonly UnfilledItem[];

  @Field(() => [Candidate], { description: 'Every node of the request, in its order.' })
  candidates!: readonly Candidate[];

  @Field(() => JsonScalar, {
    description: 'The stored routing request, as the engine got it. Country and region of the destination, no more.',
  })
  rawRequest!: unknown;

  @Field(() => JsonScalar, { description: 'The stored decision, as the engine gave it.' })
  rawDecision!: unknown;

  /** Stored id of its order: the loader goes by it. */
  orderUuid!: string;
}
