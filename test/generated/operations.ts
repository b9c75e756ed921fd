import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A date-time string at UTC, such as 2007-12-03T10:15:30Z, compliant with the `date-time` format outlined in section 5.6 of the RFC 3339 profile of the ISO 8601 standard for representation of dates and times using the Gregorian calendar. */
  DateTime: { input: string; output: string; }
  /** An exact decimal number as a string, with at most 4 fraction digits, such as "19.90". Never a float: a JSON number is refused. */
  Decimal: { input: string; output: string; }
  /** The `JSON` scalar type represents JSON values as specified by [ECMA-404](http://www.ecma-international.org/publications/files/ECMA-ST/ECMA-404.pdf). */
  JSON: { input: unknown; output: unknown; }
};

/** One connected shop of a channel. */
export type Account = {
  readonly __typename?: 'Account';
  /** The connector that its orders come through, such as shopify. */
  readonly channel: Scalars['String']['output'];
  /** Stable short name, as in webhook addresses and inputs. */
  readonly code: Scalars['String']['output'];
  /** ISO 4217; the currency of its orders unless they say otherwise. */
  readonly currencyCode: Scalars['String']['output'];
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Name for people. */
  readonly name: Scalars['String']['output'];
};

/** A postal address. Personal data: do not log or keep it longer than needed. */
export type Address = {
  readonly __typename?: 'Address';
  /** City. */
  readonly city: Maybe<Scalars['String']['output']>;
  /** The company. */
  readonly company: Maybe<Scalars['String']['output']>;
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: Scalars['String']['output'];
  /** E-mail address. */
  readonly email: Maybe<Scalars['String']['output']>;
  /** Street lines. */
  readonly lines: ReadonlyArray<Scalars['String']['output']>;
  /** The person. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** Phone. */
  readonly phone: Maybe<Scalars['String']['output']>;
  /** Postal code. */
  readonly postalCode: Maybe<Scalars['String']['output']>;
  /** Region or state, ISO 3166-2 without the country. */
  readonly regionCode: Maybe<Scalars['String']['output']>;
};

/** Where an order goes. */
export type AddressInput = {
  /** City. */
  readonly city?: InputMaybe<Scalars['String']['input']>;
  /** The company. */
  readonly company?: InputMaybe<Scalars['String']['input']>;
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: Scalars['String']['input'];
  /** E-mail address. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** Street lines, at least one. */
  readonly lines: ReadonlyArray<Scalars['String']['input']>;
  /** The person. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Phone. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
  /** Postal code. */
  readonly postalCode?: InputMaybe<Scalars['String']['input']>;
  /** Region or state, ISO 3166-2 without the country. */
  readonly regionCode?: InputMaybe<Scalars['String']['input']>;
  /** Whether it is a home; carriers may charge more for one. */
  readonly residential?: InputMaybe<Scalars['Boolean']['input']>;
};

/** What may be sold of one SKU, over all nodes that can serve the destination: as much as one order of it alone could reserve. */
export type Availability = {
  readonly __typename?: 'Availability';
  /** The facts are true as of this moment or later: what was promised or reported since may not be in them. */
  readonly asOf: Scalars['DateTime']['output'];
  /** Whether there may be more than `available` says. */
  readonly atLeast: Scalars['Boolean']['output'];
  /** Units available to promise, at most 1000000. A storefront key is told at most 100; see atLeast. */
  readonly available: Scalars['Int']['output'];
  /** As `available`, in an order whose other goods reach the minimum order values of vendors: the same where no vendor has one. */
  readonly availableWithOthers: Scalars['Int']['output'];
  /** Everything up to here in the event log is in the facts; `stockChanged` goes on behind it. */
  readonly cursor: Scalars['String']['output'];
  /** When the smallest quantity could be at the door, ordered now. Null where none may be ordered, or no destination was named. */
  readonly earliestArrival: Maybe<Scalars['DateTime']['output']>;
  /** Of these, units that lie on shelves; the others would be made. */
  readonly fromStock: Scalars['Int']['output'];
  /** Whether some of `available` lies on a shelf. */
  readonly inStock: Scalars['Boolean']['output'];
  /** False: neither a product nor an alias of the account. */
  readonly known: Scalars['Boolean']['output'];
  /** Whether some node makes it to order, without limit of stock. */
  readonly madeToOrder: Scalars['Boolean']['output'];
  /** The smallest quantity that may be ordered alone; null where none may. */
  readonly minimumQuantity: Maybe<Scalars['Int']['output']>;
  /** By node, for those whose keys show nodes; whether or not it can serve the destination. Empty for kits. */
  readonly nodes: ReadonlyArray<NodeStock>;
  /** What every quantity that may be ordered is a multiple of. */
  readonly quantityMultiple: Scalars['Int']['output'];
  /** As it was asked for. */
  readonly sku: Scalars['String']['output'];
};

/** A step of an order's way that an open item blocks. */
export type BlockedStep =
  | 'DISPATCH'
  | 'ROUTE'
  | 'SHIP';

/** An order to cancel. */
export type CancelOrderInput = {
  /** Your name for this one intent, 1 to 200 characters. */
  readonly idempotencyKey: Scalars['String']['input'];
  /** Global id of the order. */
  readonly orderId: Scalars['ID']['input'];
};

/** What came of cancelOrder. */
export type CancelOrderPayload = {
  readonly __typename?: 'CancelOrderPayload';
  /** Why it was refused; empty where it was accepted. */
  readonly errors: ReadonlyArray<UserError>;
  /** Line by line; empty where it was refused. */
  readonly lines: ReadonlyArray<CanceledLine>;
  /** The order as it is now; null where it was not found. */
  readonly order: Maybe<Order>;
  /** Whether this is the first answer to the idempotency key, given again. */
  readonly replayed: Scalars['Boolean']['output'];
};

/** What canceling did to one line. Units in no figure were canceled before. */
export type CanceledLine = {
  readonly __typename?: 'CanceledLine';
  /** Units canceled for good. */
  readonly canceled: Scalars['Int']['output'];
  /** The channel’s own id of the line. */
  readonly externalLineId: Scalars['String']['output'];
  /** Number of the order line. */
  readonly lineNo: Scalars['Int']['output'];
  /** Units for which the vendor was asked; its answer decides. */
  readonly pending: Scalars['Int']['output'];
  /** Units that had left already. */
  readonly tooLate: Scalars['Int']['output'];
};

/** A node that was looked at, and why it was not taken. */
export type Candidate = {
  readonly __typename?: 'Candidate';
  /** Why not, as a stable code such as COSTLIER; null where it is used. */
  readonly code: Maybe<Scalars['String']['output']>;
  /** The numbers that decided it. */
  readonly facts: Maybe<Scalars['JSON']['output']>;
  /** The node, as the routing request names it. */
  readonly nodeId: Scalars['String']['output'];
  /** The rule behind it, where one was. */
  readonly ruleId: Maybe<Scalars['String']['output']>;
  /** Whether it ships a part. */
  readonly used: Scalars['Boolean']['output'];
};

/** A carrier's service. */
export type CarrierService = {
  readonly __typename?: 'CarrierService';
  /** The carrier. */
  readonly carrier: Scalars['String']['output'];
  /** Stable short name. */
  readonly code: Scalars['String']['output'];
};

/** What the channel of an order is told of it. */
export type ChannelNotice = {
  readonly __typename?: 'ChannelNotice';
  /** How often it was told, or tried. */
  readonly attempts: Scalars['Int']['output'];
  /** By when the channel wants it; null where it sets no time. */
  readonly dueAt: Maybe<Scalars['DateTime']['output']>;
  /** Ours; the same on every attempt. */
  readonly id: Scalars['ID']['output'];
  /** What it tells. */
  readonly kind: NoticeKind;
  /** Code of the last failure; null once it was told. */
  readonly lastError: Maybe<Scalars['String']['output']>;
  /** Units by line number of the order. */
  readonly lines: Scalars['JSON']['output'];
  /** When it was made. */
  readonly madeAt: Scalars['DateTime']['output'];
  /** Its deadline is near or past, and the channel was not told. */
  readonly overdue: Scalars['Boolean']['output'];
  /** The channel’s own id of what it made of it. */
  readonly reference: Maybe<Scalars['String']['output']>;
  /** What became of it. */
  readonly state: NoticeState;
  /** When the channel took it. */
  readonly toldAt: Maybe<Scalars['DateTime']['output']>;
};

/** A two-step order to confirm. */
export type ConfirmOrderInput = {
  /** Your name for this one intent, 1 to 200 characters. */
  readonly idempotencyKey: Scalars['String']['input'];
  /** Global id of the order. */
  readonly orderId: Scalars['ID']['input'];
};

/** What came of confirmOrder. Accepted: confirmed, or its vendors are asked and their answers confirm it. */
export type ConfirmOrderPayload = {
  readonly __typename?: 'ConfirmOrderPayload';
  /** Why it was refused; empty where it was accepted. */
  readonly errors: ReadonlyArray<UserError>;
  /** The order as it is now; null where it was not found. */
  readonly order: Maybe<Order>;
  /** Whether this is the first answer to the idempotency key, given again. */
  readonly replayed: Scalars['Boolean']['output'];
};

/** Work that will not succeed by being tried again, kept with its cause for repair and replay. */
export type DeadLetter = {
  readonly __typename?: 'DeadLetter';
  /** How often it was tried. */
  readonly attempts: Scalars['Int']['output'];
  /** When it was replayed or discarded. */
  readonly closedAt: Maybe<Scalars['DateTime']['output']>;
  /** Who did that. */
  readonly closedBy: Maybe<Scalars['String']['output']>;
  /** Why, outermost first. */
  readonly errors: ReadonlyArray<FailureCause>;
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** What leaving it undone costs, at most 900000000000; lists are ordered by it. */
  readonly impact: Scalars['Decimal']['output'];
  /** When it was given up. */
  readonly openedAt: Scalars['DateTime']['output'];
  /** The order that waits behind it, where one does. */
  readonly order: Maybe<Order>;
  /** Whether it still waits. */
  readonly status: DeadLetterStatus;
  /** What failed. */
  readonly step: WorkStep;
  /** Id of the row that the step works on. */
  readonly subjectId: Scalars['String']['output'];
};

/** One page of dead letters. */
export type DeadLetterConnection = {
  readonly __typename?: 'DeadLetterConnection';
  /** Rows with their cursors. */
  readonly edges: ReadonlyArray<DeadLetterEdge>;
  /** Where the page ends. */
  readonly pageInfo: PageInfo;
};

/** One row of a list of dead letters. */
export type DeadLetterEdge = {
  readonly __typename?: 'DeadLetterEdge';
  /** Opaque; pass it as `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The dead letter. */
  readonly node: DeadLetter;
};

/** Whether it still waits. */
export type DeadLetterStatus =
  | 'DISCARDED'
  | 'OPEN'
  | 'REPLAYED';

/** Units of one order line in a decided shipment. */
export type DecidedItem = {
  readonly __typename?: 'DecidedItem';
  /** The line, as the routing request names it. */
  readonly lineId: Scalars['String']['output'];
  /** Units. */
  readonly quantity: Scalars['Int']['output'];
  /** SKU. */
  readonly sku: Scalars['String']['output'];
};

/** One shipment of a decision: one node, one service, quantities per line. */
export type DecidedShipment = {
  readonly __typename?: 'DecidedShipment';
  /** When it arrives. */
  readonly arrivesAt: Scalars['DateTime']['output'];
  /** What it costs. */
  readonly costs: LandedCost;
  /** What it carries, in line order. */
  readonly items: ReadonlyArray<DecidedItem>;
  /** The node, as the routing request names it. */
  readonly nodeId: Scalars['String']['output'];
  /** The carrier service. */
  readonly serviceId: Scalars['String']['output'];
  /** When it leaves. */
  readonly shipsAt: Scalars['DateTime']['output'];
  /** Its vendor, as the routing request names it. */
  readonly vendorId: Scalars['String']['output'];
  /** Actual weight in grams. */
  readonly weightGrams: Scalars['Int']['output'];
};

/** What the engine found. */
export type DecisionStatus =
  /** Some units have a node, others have none. */
  | 'PARTIAL'
  /** Every unit has a node. */
  | 'ROUTED'
  /** The search steps allowed ran out before any plan was found. */
  | 'UNDECIDED'
  /** Proven: no plan is feasible, or the best ships nothing. */
  | 'UNROUTABLE';

/** How the customer wants it. */
export type DeliveryInput = {
  /** Terms of delivery, such as DAP. */
  readonly incoterms?: InputMaybe<Scalars['String']['input']>;
  /** For whoever delivers it. Personal data. */
  readonly instructions?: InputMaybe<Scalars['String']['input']>;
  /** The paper in the parcel. */
  readonly packingSlip?: InputMaybe<PackingSlipInput>;
  /** Code of the shipping service in your words; what it stands for is the account’s table. */
  readonly serviceCode?: InputMaybe<Scalars['String']['input']>;
  /** Its name, where it has no code. */
  readonly serviceTitle?: InputMaybe<Scalars['String']['input']>;
  /** When it is to leave at the latest. */
  readonly shipBy?: InputMaybe<Scalars['DateTime']['input']>;
  /** True: in one delivery or not at all. */
  readonly shipComplete?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether somebody is to sign for it. */
  readonly signatureRequired?: InputMaybe<Scalars['Boolean']['input']>;
  /** Freight is billed to somebody else. */
  readonly thirdPartyFreight?: InputMaybe<FreightAccountInput>;
};

/** The place of an option among those of its quote. */
export type DeliveryLevel =
  /** The cheapest, and the last to arrive. */
  | 'ECONOMY'
  /** The first to arrive. */
  | 'EXPRESS'
  /** Between them, or the only one. */
  | 'STANDARD';

/** One way to deliver the whole basket. */
export type DeliveryOption = {
  readonly __typename?: 'DeliveryOption';
  /** When the last of it is at the door. */
  readonly arrivesAt: Scalars['DateTime']['output'];
  /** Duty and import tax that the customer would pay at the door; nothing where the merchant pays them. */
  readonly dutyAtDoor: Money;
  /** What it costs the merchant: goods, fees, duty, freight and surcharges. */
  readonly landedCost: Money;
  /** Its place among the options. */
  readonly level: DeliveryLevel;
  /** Codes of the carrier services, each once. */
  readonly services: ReadonlyArray<Scalars['String']['output']>;
  /** Parcels or pallets from different places, each arriving by itself. */
  readonly shipments: Scalars['Int']['output'];
  /** Freight with its surcharges. */
  readonly shipping: Money;
};

/** Where an order goes, without personal data. */
export type Destination = {
  readonly __typename?: 'Destination';
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: Scalars['String']['output'];
  /** Region or state, ISO 3166-2 without the country. */
  readonly regionCode: Maybe<Scalars['String']['output']>;
};

/** Where goods would go; what of it the rate cards of the network know decides which nodes can serve it. */
export type DestinationInput = {
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: Scalars['String']['input'];
  /** Postal code. */
  readonly postalCode?: InputMaybe<Scalars['String']['input']>;
  /** Region or state, ISO 3166-2 without the country. */
  readonly regionCode?: InputMaybe<Scalars['String']['input']>;
};

/** One link of the chain of failures behind a dead letter, outermost first. */
export type FailureCause = {
  readonly __typename?: 'FailureCause';
  /** How such a failure is treated: transient, permanent, refused, unknown, unauthorized, conflict or bug. */
  readonly class: Scalars['String']['output'];
  /** Stable code. */
  readonly code: Scalars['String']['output'];
  /** What happened. */
  readonly message: Scalars['String']['output'];
  /** Where in the payload. */
  readonly path: Maybe<Scalars['String']['output']>;
  /** Of an unknown SKU: those that it may mean, the likeliest first. */
  readonly suggestions: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Whose account freight is billed to, in place of yours. */
export type FreightAccountInput = {
  /** Number of the account. */
  readonly account: Scalars['String']['input'];
  /** The carrier, as it calls itself. */
  readonly carrier?: InputMaybe<Scalars['String']['input']>;
  /** Postal code that the account is billed at. */
  readonly postalCode?: InputMaybe<Scalars['String']['input']>;
};

/** The part of an order that one node ships, sent to its vendor as one purchase order. */
export type Fulfillment = {
  readonly __typename?: 'Fulfillment';
  /** When it is to arrive. */
  readonly arrivesBy: Scalars['DateTime']['output'];
  /** How often sending was tried. */
  readonly attempt: Scalars['Int']['output'];
  /** When it was decided. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Goods, vendor fees, freight, surcharges and duty, as estimated by the decision. */
  readonly landedCost: Money;
  /** What it holds, in line order. */
  readonly lines: ReadonlyArray<FulfillmentLine>;
  /** The site that ships it. */
  readonly node: Maybe<VendorNode>;
  /** Number of the purchase order; fixed before it is first sent. */
  readonly poNumber: Scalars['String']['output'];
  /** How it travels. */
  readonly service: CarrierService;
  /** When it is to leave. */
  readonly shipBy: Scalars['DateTime']['output'];
  /** What has left, oldest first. */
  readonly shipments: ReadonlyArray<Shipment>;
  /** Where it stands. */
  readonly status: FulfillmentStatus;
  /** When it last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** Whose site that is. */
  readonly vendor: Maybe<Vendor>;
  /** The vendor’s own number for it. */
  readonly vendorReference: Maybe<Scalars['String']['output']>;
};

/** Units of one order line in a fulfillment. */
export type FulfillmentLine = {
  readonly __typename?: 'FulfillmentLine';
  /** Units that the vendor accepted. */
  readonly accepted: Scalars['Int']['output'];
  /** Units canceled. */
  readonly canceled: Scalars['Int']['output'];
  /** Number of the order line. */
  readonly lineNo: Scalars['Int']['output'];
  /** Units asked for. */
  readonly quantity: Scalars['Int']['output'];
  /** Units that the vendor refused. */
  readonly rejected: Scalars['Int']['output'];
  /** Units that have left. */
  readonly shipped: Scalars['Int']['output'];
  /** SKU of the product. */
  readonly sku: Scalars['String']['output'];
};

/** Where the part of an order that one node ships stands. */
export type FulfillmentStatus =
  /** The vendor accepted it. */
  | 'ACCEPTED'
  /** Canceled. */
  | 'CANCELED'
  /** The vendor was asked to cancel it. */
  | 'CANCELING'
  /** All of its parcels have arrived. */
  | 'DELIVERED'
  /** Some of its units have left. */
  | 'PARTIALLY_SHIPPED'
  /** Decided; its purchase order has not been sent. */
  | 'PLANNED'
  /** The vendor refused it; its units are routed again. */
  | 'REJECTED'
  /** Came back. */
  | 'RETURNED'
  /** Its purchase order is being sent. */
  | 'SENDING'
  /** The vendor has the purchase order and has not answered. */
  | 'SENT'
  /** All of its units have left. */
  | 'SHIPPED'
  /** Replaced by another fulfillment before it was sent. */
  | 'SUPERSEDED'
  /** Sent, and no answer came: the vendor is asked by its number before anything else happens. */
  | 'UNKNOWN';

/** The idempotency key was used before with other input; nothing was done. */
export type IdempotencyKeyReused = UserError & {
  readonly __typename?: 'IdempotencyKeyReused';
  /** Stable, upper snake case. */
  readonly code: Scalars['String']['output'];
  /** What was expected and what was got. */
  readonly message: Scalars['String']['output'];
  /** Where in the input, such as lines[2].sku; empty: the input as a whole. */
  readonly path: Scalars['String']['output'];
};

/** Less is available than was ordered, and the order may not wait. */
export type InsufficientStock = UserError & {
  readonly __typename?: 'InsufficientStock';
  /** Units that could have been promised. */
  readonly available: Scalars['Int']['output'];
  /** Stable, upper snake case. */
  readonly code: Scalars['String']['output'];
  /** What was expected and what was got. */
  readonly message: Scalars['String']['output'];
  /** Where in the input, such as lines[2].sku; empty: the input as a whole. */
  readonly path: Scalars['String']['output'];
  /** Units ordered. */
  readonly requested: Scalars['Int']['output'];
  /** The SKU. */
  readonly sku: Scalars['String']['output'];
};

/** A value of the input is not what it must be. */
export type InvalidInput = UserError & {
  readonly __typename?: 'InvalidInput';
  /** Stable, upper snake case. */
  readonly code: Scalars['String']['output'];
  /** What was expected and what was got. */
  readonly message: Scalars['String']['output'];
  /** Where in the input, such as lines[2].sku; empty: the input as a whole. */
  readonly path: Scalars['String']['output'];
};

/** What a decided shipment costs, part by part. landed = goods + fees + duty + freight + surcharges. */
export type LandedCost = {
  readonly __typename?: 'LandedCost';
  /** Duty, import tax and clearance. */
  readonly duty: Money;
  /** The vendor’s fees per order and per unit. */
  readonly fees: Money;
  /** The carrier’s price. */
  readonly freight: Money;
  /** What the vendor charges for the goods. */
  readonly goods: Money;
  /** All of the above. */
  readonly landed: Money;
  /** What steered the choice and is billed by nobody: expected failure, rules, shadow prices, lateness. */
  readonly steering: Money;
  /** Fuel, residential and other surcharges. */
  readonly surcharges: Money;
};

/** What the border is told of a line. */
export type LineCustomsInput = {
  /** Harmonised System code. */
  readonly hsCode?: InputMaybe<Scalars['String']['input']>;
  /** Country of origin, ISO 3166-1 alpha-2. */
  readonly originCountry?: InputMaybe<Scalars['String']['input']>;
  /** Value per unit, in the order’s currency. */
  readonly value?: InputMaybe<Scalars['Decimal']['input']>;
};

/** An exact amount with its currency. */
export type Money = {
  readonly __typename?: 'Money';
  /** In units of the currency. */
  readonly amount: Scalars['Decimal']['output'];
  /** ISO 4217, such as USD. */
  readonly currencyCode: Scalars['String']['output'];
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Cancels what can still be canceled of an order, and asks the vendors about the rest. */
  readonly cancelOrder: CancelOrderPayload;
  /** Confirms an order of an account whose orders are only sent once they are confirmed. */
  readonly confirmOrder: ConfirmOrderPayload;
  /** Lets an order that rules hold for review be sent to its vendors; the rules that held it do not hold it again. */
  readonly releaseOrder: ReleaseOrderPayload;
  /** Makes the work of matching dead letters due again. It is idempotent by itself: what was replayed is no longer open. */
  readonly replayDeadLetters: ReplayDeadLettersPayload;
  /** Takes an order in, decides who ships it and holds the stock. Answers once the hold is durable: what it says survives any crash. */
  readonly submitOrder: SubmitOrderPayload;
};


export type MutationCancelOrderArgs = {
  input: CancelOrderInput;
};


export type MutationConfirmOrderArgs = {
  input: ConfirmOrderInput;
};


export type MutationReleaseOrderArgs = {
  input: ReleaseOrderInput;
};


export type MutationReplayDeadLettersArgs = {
  input: ReplayDeadLettersInput;
};


export type MutationSubmitOrderArgs = {
  input: SubmitOrderInput;
};

/** Stock of one SKU at one node, as last reported and as promised since. */
export type NodeStock = {
  readonly __typename?: 'NodeStock';
  /** The moment that the reported figure is of, in the vendor’s clock. */
  readonly asOf: Scalars['DateTime']['output'];
  /** Units available to promise. */
  readonly available: Scalars['Int']['output'];
  /** Units kept back for the age and error of the vendor's feed. */
  readonly buffer: Scalars['Int']['output'];
  /** Units promised for good and not yet in the vendor’s figures. */
  readonly committed: Scalars['Int']['output'];
  /** Units held for orders that are not confirmed. */
  readonly held: Scalars['Int']['output'];
  /** The node. */
  readonly node: Maybe<VendorNode>;
  /** Units that the vendor last reported. */
  readonly onHand: Scalars['Int']['output'];
  /** Units never promised, against errors of the feed. */
  readonly safetyStock: Scalars['Int']['output'];
};

/** There is no such thing, or the key may not see it. */
export type NotFound = UserError & {
  readonly __typename?: 'NotFound';
  /** Stable, upper snake case. */
  readonly code: Scalars['String']['output'];
  /** What was expected and what was got. */
  readonly message: Scalars['String']['output'];
  /** Where in the input, such as lines[2].sku; empty: the input as a whole. */
  readonly path: Scalars['String']['output'];
};

/** What was asked for does not fit the present state. */
export type NotPossible = UserError & {
  readonly __typename?: 'NotPossible';
  /** Stable, upper snake case. */
  readonly code: Scalars['String']['output'];
  /** What was expected and what was got. */
  readonly message: Scalars['String']['output'];
  /** Where in the input, such as lines[2].sku; empty: the input as a whole. */
  readonly path: Scalars['String']['output'];
};

/** What a channel is told of its order. */
export type NoticeKind =
  /** What of it is accepted, waits, or is rejected. */
  | 'ACKNOWLEDGE'
  /** Units are canceled for good. */
  | 'CANCEL'
  /** What a shipment costs. */
  | 'INVOICE'
  /** A shipment left. */
  | 'SHIP';

/** What became of a notice. */
export type NoticeState =
  /** It has a deadline, and what it is to say has not come about. */
  | 'AWAITED'
  /** Its dead letter was discarded. */
  | 'DROPPED'
  /** A dead letter is open for it. */
  | 'SET_ASIDE'
  /** The channel has it. */
  | 'TOLD'
  /** There was nothing to tell. */
  | 'VOID'
  /** It is to be told. */
  | 'WAITING';

/** A hold or review: something that waits and blocks named steps. */
export type OpenItem = {
  readonly __typename?: 'OpenItem';
  /** Steps that do not happen while it is open. */
  readonly blocks: ReadonlyArray<BlockedStep>;
  /** The facts behind it. */
  readonly evidence: Scalars['JSON']['output'];
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Whether an event or a person ends it. */
  readonly kind: OpenItemKind;
  /** When it was opened. */
  readonly openedAt: Scalars['DateTime']['output'];
  /** Stable code, such as UNROUTABLE. */
  readonly reason: Scalars['String']['output'];
  /** How it was settled. */
  readonly resolution: Maybe<Scalars['String']['output']>;
  /** When it was settled; null while open. */
  readonly resolvedAt: Maybe<Scalars['DateTime']['output']>;
};

/** Whether an event or a person ends it. */
export type OpenItemKind =
  /** Waits for an event. */
  | 'HOLD'
  /** Waits for a person. */
  | 'REVIEW';

/** What a customer asked for on a channel account. */
export type Order = {
  readonly __typename?: 'Order';
  /** The account that it came from. */
  readonly account: Maybe<Account>;
  /** When its stock was promised for good. */
  readonly confirmedAt: Maybe<Scalars['DateTime']['output']>;
  /** When Headgate took it in. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** ISO 4217; all its amounts are in it. */
  readonly currencyCode: Scalars['String']['output'];
  /** What the merchant calls customers like this one. */
  readonly customerTier: Maybe<Scalars['String']['output']>;
  /** What the engine decided, oldest first. */
  readonly decisions: ReadonlyArray<RoutingDecision>;
  /** When the customer was promised to have it. */
  readonly deliverBy: Maybe<Scalars['DateTime']['output']>;
  /** Country and region that it goes to. */
  readonly destination: Destination;
  /** The number that people see on the channel. */
  readonly displayNumber: Maybe<Scalars['String']['output']>;
  /** The channel’s own id; one order per account and external id. */
  readonly externalId: Scalars['String']['output'];
  /** Who ships what, oldest first. A vendor sees its own. */
  readonly fulfillments: ReadonlyArray<Fulfillment>;
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** What was ordered. A vendor sees the lines that it ships. */
  readonly lines: ReadonlyArray<OrderLine>;
  /** What its channel is told of it, in that order. */
  readonly notices: ReadonlyArray<ChannelNotice>;
  /** Holds and reviews, oldest first, settled ones too. */
  readonly openItems: ReadonlyArray<OpenItem>;
  /** What of it may name someone: buyer, bill-to, instructions, gift message, what was not mapped. Null once erased. Personal data. */
  readonly personal: Maybe<Scalars['JSON']['output']>;
  /** When the customer placed it. */
  readonly placedAt: Scalars['DateTime']['output'];
  /** Carrier services that its shipping service stands for; null: any. */
  readonly serviceCodes: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** The whole address; null once it was erased. Personal data. */
  readonly shipTo: Maybe<Address>;
  /** What it says beyond what is routed, without personal data: amounts, discounts, taxes, states, lines as they came. docs/canonical-order.md. */
  readonly source: Maybe<Scalars['JSON']['output']>;
  /** Where it stands. */
  readonly status: OrderStatus;
  /** Words that the channel gave it. */
  readonly tags: ReadonlyArray<Scalars['String']['output']>;
  /** When it last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** Rises with every event of the order. */
  readonly version: Scalars['Int']['output'];
  /** What becomes of units without stock. */
  readonly whenShort: WhenShort;
};

/** The account already has an order with this external id. */
export type OrderAlreadyExists = UserError & {
  readonly __typename?: 'OrderAlreadyExists';
  /** Stable, upper snake case. */
  readonly code: Scalars['String']['output'];
  /** What was expected and what was got. */
  readonly message: Scalars['String']['output'];
  /** That order. */
  readonly orderId: Scalars['ID']['output'];
  /** Where in the input, such as lines[2].sku; empty: the input as a whole. */
  readonly path: Scalars['String']['output'];
};

/** One page of orders. */
export type OrderConnection = {
  readonly __typename?: 'OrderConnection';
  /** Rows with their cursors. */
  readonly edges: ReadonlyArray<OrderEdge>;
  /** Where the page ends. */
  readonly pageInfo: PageInfo;
};

/** One row of a list of orders. */
export type OrderEdge = {
  readonly __typename?: 'OrderEdge';
  /** Opaque; pass it as `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The order. */
  readonly node: Order;
};

/** Which orders; all conditions hold together. */
export type OrderFilter = {
  /** Of this account. */
  readonly accountCode?: InputMaybe<Scalars['String']['input']>;
  /** With this id on its channel. */
  readonly externalId?: InputMaybe<Scalars['String']['input']>;
  /** In one of these statuses. */
  readonly statuses?: InputMaybe<ReadonlyArray<OrderStatus>>;
};

/** One SKU and quantity of an order. ordered = open + routed + backordered + shipped + canceled, always. */
export type OrderLine = {
  readonly __typename?: 'OrderLine';
  /** Units that wait for stock. */
  readonly backordered: Scalars['Int']['output'];
  /** Units canceled. */
  readonly canceled: Scalars['Int']['output'];
  /** The channel’s own id of the line. */
  readonly externalLineId: Scalars['String']['output'];
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Number within the order, from 1; decisions name lines by it. */
  readonly lineNo: Scalars['Int']['output'];
  /** Units that nothing is decided for yet. */
  readonly open: Scalars['Int']['output'];
  /** Units ordered. */
  readonly ordered: Scalars['Int']['output'];
  /** Of those shipped, units that came back. */
  readonly returned: Scalars['Int']['output'];
  /** Units that a node is to ship. */
  readonly routed: Scalars['Int']['output'];
  /** Units that have left. */
  readonly shipped: Scalars['Int']['output'];
  /** SKU of the product. */
  readonly sku: Scalars['String']['output'];
  /** Name of the product. */
  readonly title: Scalars['String']['output'];
  /** What the customer pays per unit. */
  readonly unitPrice: Money;
};

/** One SKU and quantity. */
export type OrderLineInput = {
  /** For the border; the product’s where left out. */
  readonly customs?: InputMaybe<LineCustomsInput>;
  /** Your own id of the line, unique in the order; its place from 1 where left out. */
  readonly externalLineId?: InputMaybe<Scalars['String']['input']>;
  /** GTIN of the unit that was sold. */
  readonly gtin?: InputMaybe<Scalars['String']['input']>;
  /** Price per unit before discounts. */
  readonly listPrice?: InputMaybe<Scalars['Decimal']['input']>;
  /** Whole units, 1 to 1000000. */
  readonly quantity: Scalars['Int']['input'];
  /** False: nothing is to be sent for this line. True where left out. */
  readonly requiresShipping?: InputMaybe<Scalars['Boolean']['input']>;
  /** SKU of a product, or an alias of the account. */
  readonly sku: Scalars['String']['input'];
  /** What the channel calls it. */
  readonly title?: InputMaybe<Scalars['String']['input']>;
  /** What the customer pays per unit, discounts taken off, without tax. */
  readonly unitPrice: Scalars['Decimal']['input'];
};

/** An order by the channel’s own id. */
export type OrderReferenceInput = {
  /** Code of the account; may be left out where the key is for one account. */
  readonly accountCode?: InputMaybe<Scalars['String']['input']>;
  /** The channel’s own id of the order. */
  readonly externalId: Scalars['String']['input'];
};

/** Where an order stands, derived from the quantities of its lines: the status of the part that lags. */
export type OrderStatus =
  /** All that is left waits for stock. */
  | 'BACKORDERED'
  /** Canceled before anything was shipped. */
  | 'CANCELED'
  /** Held for good; not yet at every vendor. */
  | 'CONFIRMED'
  /** Every parcel has arrived. */
  | 'DELIVERED'
  /** Every vendor of the order has its purchase order. */
  | 'DISPATCHED'
  /** Some units have left, others are to come. */
  | 'PARTIALLY_SHIPPED'
  /** Taken in; nothing is routed yet, or a review blocks routing. */
  | 'RECEIVED'
  /** Refused at intake. */
  | 'REJECTED'
  /** Decided and held; not confirmed yet. */
  | 'ROUTED'
  /** Nothing is left to ship. */
  | 'SHIPPED';

/** One event of an order. Each is delivered once, in the order’s own order. */
export type OrderStatusChange = {
  readonly __typename?: 'OrderStatusChange';
  /** Where this message stands; pass it as `after` to go on behind it. */
  readonly cursor: Scalars['String']['output'];
  /** Ids and quantities of the event; no personal data. */
  readonly details: Scalars['JSON']['output'];
  /** What happened, such as order.routed or fulfillment.shipped. */
  readonly event: Scalars['String']['output'];
  /** Global id of the fulfillment that it is about, where it is about one. */
  readonly fulfillmentId: Maybe<Scalars['ID']['output']>;
  /** When it happened. */
  readonly occurredAt: Scalars['DateTime']['output'];
  /** The order as it is now, which may be later than this event. */
  readonly order: Maybe<Order>;
  /** Global id of the order. */
  readonly orderId: Scalars['ID']['output'];
  /** Version of the order that this event made. */
  readonly orderVersion: Scalars['Int']['output'];
  /** Status before it; null for the first event. */
  readonly previousStatus: Maybe<OrderStatus>;
  /** Status of the order after this event. */
  readonly status: OrderStatus;
};

/** What the paper in the parcel shows; what is left out is as the account says. Never a cost. */
export type PackingSlipInput = {
  /** Whose parcel it is to the customer. */
  readonly brand?: InputMaybe<Scalars['String']['input']>;
  /** What the customer calls the order. */
  readonly customerOrderNumber?: InputMaybe<Scalars['String']['input']>;
  /** From one person to another; at most 2000 characters. */
  readonly giftMessage?: InputMaybe<Scalars['String']['input']>;
  /** A word of the merchant; at most 2000 characters. */
  readonly message?: InputMaybe<Scalars['String']['input']>;
  /** Where returns go. */
  readonly returnAddress?: InputMaybe<AddressInput>;
};

/** Where a page of a list ends. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Cursor to pass as `after` for the next page; null where the page is empty. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** Whether there is more after this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether this page was asked for with `after`, so that something may come before it. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first row; null where the page is empty. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

/** How much of a decision is proven. */
export type Proof = {
  readonly __typename?: 'Proof';
  /** How far the decision may be from the best at most; null where the optimum is proven. */
  readonly gap: Maybe<Money>;
  /** What is proven. */
  readonly kind: ProofKind;
  /** No plan’s objective is below this; null where the optimum is proven. */
  readonly lowerBound: Maybe<Money>;
};

/** How much of a decision is proven. */
export type ProofKind =
  /** No feasible plan is better by more than the gap. */
  | 'BOUNDED'
  /** No feasible plan is better. */
  | 'OPTIMAL';

export type Query = {
  readonly __typename?: 'Query';
  /** What may be sold now, per SKU, in the order asked. */
  readonly availability: ReadonlyArray<Availability>;
  /** Open dead letters, the costliest first. */
  readonly deadLetters: DeadLetterConnection;
  /** One order, by its id or by the channel’s; null where there is none that the key may see. */
  readonly order: Maybe<Order>;
  /** The orders that the key may see, newest first. */
  readonly orders: OrderConnection;
  /** The ways to deliver a basket: when it would arrive and what that costs, as an order would be routed now. */
  readonly quote: Quote;
  /** One decision by its id, or an order’s latest; null where there is none that the key may see. */
  readonly routingDecision: Maybe<RoutingDecision>;
};


export type QueryAvailabilityArgs = {
  account?: InputMaybe<Scalars['String']['input']>;
  destination?: InputMaybe<DestinationInput>;
  skus: ReadonlyArray<Scalars['String']['input']>;
};


export type QueryDeadLettersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


export type QueryOrderArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  reference?: InputMaybe<OrderReferenceInput>;
};


export type QueryOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OrderFilter>;
  first?: Scalars['Int']['input'];
};


export type QueryQuoteArgs = {
  input: QuoteInput;
};


export type QueryRoutingDecisionArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  orderId?: InputMaybe<Scalars['ID']['input']>;
};

/** The ways to deliver a basket, by what there is now. Nothing is reserved: an order a moment later may find less. */
export type Quote = {
  readonly __typename?: 'Quote';
  /** What it is the state of. */
  readonly asOf: Scalars['DateTime']['output'];
  /** Where there are no options: SKUs, as they were asked for, that are to blame. */
  readonly missing: ReadonlyArray<Scalars['String']['output']>;
  /** At most 4: the cheapest first, each further one arrives earlier. Empty where the basket cannot be delivered whole. */
  readonly options: ReadonlyArray<DeliveryOption>;
};

/** Where a basket would go. */
export type QuoteDestinationInput = {
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: Scalars['String']['input'];
  /** Postal code. */
  readonly postalCode?: InputMaybe<Scalars['String']['input']>;
  /** Region or state, ISO 3166-2 without the country. */
  readonly regionCode?: InputMaybe<Scalars['String']['input']>;
  /** Whether it is a home; carriers may charge more for one. True where left out. */
  readonly residential?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A basket to be quoted. */
export type QuoteInput = {
  /** Code of the account; may be left out where the key is for one account. */
  readonly accountCode?: InputMaybe<Scalars['String']['input']>;
  /** Where it would go. */
  readonly destination: QuoteDestinationInput;
  /** The basket, 1 to 50 lines. */
  readonly lines: ReadonlyArray<QuoteLineInput>;
};

/** One SKU of a basket. */
export type QuoteLineInput = {
  /** Whole units, 1 to 1000000; of a storefront key 1 to 100. */
  readonly quantity: Scalars['Int']['input'];
  /** SKU of a product, or an alias of the account. */
  readonly sku: Scalars['String']['input'];
  /** What the customer pays per unit, discounts taken off, without tax. */
  readonly unitPrice: Scalars['Decimal']['input'];
};

/** An order, held by rules, to be sent. */
export type ReleaseOrderInput = {
  /** Your name for this one intent, 1 to 200 characters. */
  readonly idempotencyKey: Scalars['String']['input'];
  /** Global id of the order. */
  readonly orderId: Scalars['ID']['input'];
};

/** What came of releaseOrder. Accepted: rules that held it when it was taken do so no more; those of a later decision still do. */
export type ReleaseOrderPayload = {
  readonly __typename?: 'ReleaseOrderPayload';
  /** Why it was refused; empty where it was accepted. */
  readonly errors: ReadonlyArray<UserError>;
  /** The order as it is now; null where it was not found. */
  readonly order: Maybe<Order>;
  /** Whether this is the first answer to the idempotency key, given again. */
  readonly replayed: Scalars['Boolean']['output'];
};

/** Which dead letters to replay; all conditions hold together, none means all that are open. */
export type ReplayDeadLettersInput = {
  /** Of this account. */
  readonly accountCode?: InputMaybe<Scalars['String']['input']>;
  /** These; at most 500. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Of this step. */
  readonly step?: InputMaybe<WorkStep>;
  /** Of this vendor. */
  readonly vendorCode?: InputMaybe<Scalars['String']['input']>;
};

/** What came of replayDeadLetters. */
export type ReplayDeadLettersPayload = {
  readonly __typename?: 'ReplayDeadLettersPayload';
  /** Why it was refused; empty where it was accepted. */
  readonly errors: ReadonlyArray<UserError>;
  /** How many are tried again. Asking twice replays nothing twice. */
  readonly replayed: Scalars['Int']['output'];
};

/** What the engine answered for one routing request of an order. The same request gives the same decision, byte for byte. */
export type RoutingDecision = {
  readonly __typename?: 'RoutingDecision';
  /** Which attempt, where stock had moved between deciding and holding. */
  readonly attempt: Scalars['Int']['output'];
  /** Every node of the request, in its order. */
  readonly candidates: ReadonlyArray<Candidate>;
  /** What made the engine decide. */
  readonly cause: Scalars['String']['output'];
  /** When. */
  readonly decidedAt: Scalars['DateTime']['output'];
  /** How long the engine took, in microseconds. */
  readonly engineMicros: Scalars['Int']['output'];
  /** Version of the engine. */
  readonly engineVersion: Scalars['String']['output'];
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Goods, fees, freight, surcharges and duty of all shipments; null where nothing ships. */
  readonly landedCost: Maybe<Money>;
  /** What was minimised: landed cost and everything that steers; null where nothing ships. */
  readonly objective: Maybe<Money>;
  /** The order that it was made for. */
  readonly order: Maybe<Order>;
  /** Version of the order that it was made for. */
  readonly orderVersion: Scalars['Int']['output'];
  /** How much is proven; null where the decision is UNDECIDED. */
  readonly proof: Maybe<Proof>;
  /** The stored decision, as the engine gave it. */
  readonly rawDecision: Scalars['JSON']['output'];
  /** The stored routing request, as the engine got it. Country and region of the destination, no more. */
  readonly rawRequest: Scalars['JSON']['output'];
  /** SHA-256 of the request’s canonical JSON. */
  readonly requestDigest: Scalars['String']['output'];
  /** Who ships what. */
  readonly shipments: ReadonlyArray<DecidedShipment>;
  /** What was found. */
  readonly status: DecisionStatus;
  /** What nobody ships. */
  readonly unfilled: ReadonlyArray<UnfilledItem>;
  /** What the units that no node ships are worth; null where nothing ships. */
  readonly unfilledValue: Maybe<Money>;
};

/** What left: one dispatch notice of a vendor. */
export type Shipment = {
  readonly __typename?: 'Shipment';
  /** The carrier, as the vendor names it. */
  readonly carrier: Scalars['String']['output'];
  /** When it arrived; null until then. */
  readonly deliveredAt: Maybe<Scalars['DateTime']['output']>;
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** What is in it. */
  readonly lines: ReadonlyArray<ShipmentLine>;
  /** When it left. */
  readonly shippedAt: Scalars['DateTime']['output'];
  /** One per parcel. */
  readonly trackingNumbers: ReadonlyArray<Scalars['String']['output']>;
};

/** Units of one order line in a shipment. */
export type ShipmentLine = {
  readonly __typename?: 'ShipmentLine';
  /** Number of the order line. */
  readonly lineNo: Scalars['Int']['output'];
  /** Units. */
  readonly quantity: Scalars['Int']['output'];
};

/** The latest state of the SKUs that changed since the message before, each once; at most ten messages a second. */
export type StockChange = {
  readonly __typename?: 'StockChange';
  /** Where this message stands; pass it as `after` to go on behind it. */
  readonly cursor: Scalars['String']['output'];
  /** The SKUs that changed, as they are now. */
  readonly products: ReadonlyArray<Availability>;
};

/** An order to take in. */
export type SubmitOrderInput = {
  /** Code of the account; may be left out where the key is for one account. */
  readonly accountCode?: InputMaybe<Scalars['String']['input']>;
  /** ISO 4217; the account’s currency where left out. */
  readonly currencyCode?: InputMaybe<Scalars['String']['input']>;
  /** The customer’s own number of its order; at most 200 characters. */
  readonly customerPoNumber?: InputMaybe<Scalars['String']['input']>;
  /** What you call customers like this one, such as gold; rules may speak of it. At most 100 characters. */
  readonly customerTier?: InputMaybe<Scalars['String']['input']>;
  /** When the customer was promised to have it. */
  readonly deliverBy?: InputMaybe<Scalars['DateTime']['input']>;
  /** How the customer wants it. */
  readonly delivery?: InputMaybe<DeliveryInput>;
  /** The number that people see. */
  readonly displayNumber?: InputMaybe<Scalars['String']['input']>;
  /** Your own id of the order; one order per account and external id. */
  readonly externalId: Scalars['String']['input'];
  /** Your name for this one intent, 1 to 200 characters. The same key with the same input gives the first answer again. */
  readonly idempotencyKey: Scalars['String']['input'];
  /** What was ordered, 1 to 500 lines. */
  readonly lines: ReadonlyArray<OrderLineInput>;
  /** When the customer placed it; now where left out. */
  readonly placedAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Where it goes. */
  readonly shipTo: AddressInput;
  /** Words that rules may speak of, at most 100 of at most 100 characters. */
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** A test: it is kept, and no vendor ever hears of it. */
  readonly test?: InputMaybe<Scalars['Boolean']['input']>;
  /** What becomes of units without stock; the account’s setting where left out. */
  readonly whenShort?: InputMaybe<WhenShort>;
};

/** What came of submitOrder. It is answered once the order’s hold is durable. */
export type SubmitOrderPayload = {
  readonly __typename?: 'SubmitOrderPayload';
  /** Why it was refused; empty where it was accepted. */
  readonly errors: ReadonlyArray<UserError>;
  /** The order; null where none was made. */
  readonly order: Maybe<Order>;
  /** Whether this is the first answer to the idempotency key, given again. */
  readonly replayed: Scalars['Boolean']['output'];
};

export type Subscription = {
  readonly __typename?: 'Subscription';
  /** Every event of the orders that the key may see, each once and in order. With `after`, what was missed comes first; then it goes on live. */
  readonly orderStatusChanged: OrderStatusChange;
  /** The latest state of SKUs as it changes, at most ten messages a second, fewer where a process has many subscribers. With `after`, what changed since comes first; without, the state now. */
  readonly stockChanged: StockChange;
};


export type SubscriptionOrderStatusChangedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  orderIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};


export type SubscriptionStockChangedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  skus: ReadonlyArray<Scalars['String']['input']>;
};

/** Units that no node ships, and why. */
export type UnfilledItem = {
  readonly __typename?: 'UnfilledItem';
  /** The line, as the routing request names it. */
  readonly lineId: Scalars['String']['output'];
  /** Units. */
  readonly quantity: Scalars['Int']['output'];
  /** Stable code, such as NO_STOCK. */
  readonly reason: Scalars['String']['output'];
  /** SKU. */
  readonly sku: Scalars['String']['output'];
};

/** The SKU is neither a product nor an alias of the account. */
export type UnknownSku = UserError & {
  readonly __typename?: 'UnknownSku';
  /** Stable, upper snake case. */
  readonly code: Scalars['String']['output'];
  /** What was expected and what was got. */
  readonly message: Scalars['String']['output'];
  /** Where in the input, such as lines[2].sku; empty: the input as a whole. */
  readonly path: Scalars['String']['output'];
  /** The SKU as sent. */
  readonly sku: Scalars['String']['output'];
  /** SKUs that it may mean, the likeliest first, at most 5. */
  readonly suggestions: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** No vendor can serve the order as it is. */
export type Unroutable = UserError & {
  readonly __typename?: 'Unroutable';
  /** Stable, upper snake case. */
  readonly code: Scalars['String']['output'];
  /** What was expected and what was got. */
  readonly message: Scalars['String']['output'];
  /** Where in the input, such as lines[2].sku; empty: the input as a whole. */
  readonly path: Scalars['String']['output'];
  /** Stable codes, such as NO_SERVICE. */
  readonly reasons: ReadonlyArray<Scalars['String']['output']>;
};

/** A reason why what was asked cannot be done: an answer, not a fault. Each concrete type carries its facts. */
export type UserError = {
  /** Stable, upper snake case. */
  readonly code: Scalars['String']['output'];
  /** What was expected and what was got. */
  readonly message: Scalars['String']['output'];
  /** Where in the input, such as lines[2].sku; empty: the input as a whole. */
  readonly path: Scalars['String']['output'];
};

/** A supplier that ships to customers. */
export type Vendor = {
  readonly __typename?: 'Vendor';
  /** Stable short name. */
  readonly code: Scalars['String']['output'];
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Name for people. */
  readonly name: Scalars['String']['output'];
};

/** One site of a vendor that ships. */
export type VendorNode = {
  readonly __typename?: 'VendorNode';
  /** City. */
  readonly city: Scalars['String']['output'];
  /** Stable short name, as in routing decisions. */
  readonly code: Scalars['String']['output'];
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: Scalars['String']['output'];
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Name for people. */
  readonly name: Scalars['String']['output'];
  /** Region or state, ISO 3166-2 without the country. */
  readonly regionCode: Maybe<Scalars['String']['output']>;
  /** Whose site it is. */
  readonly vendor: Maybe<Vendor>;
};

/** What becomes of units for which there is no stock. */
export type WhenShort =
  /** They wait for stock. */
  | 'BACKORDER'
  /** The whole order is refused. */
  | 'REJECT';

/** The step of work that failed. */
export type WorkStep =
  /** Asking a vendor live whether it has what an order holds there. */
  | 'CHECK'
  /** Telling the vendor. */
  | 'DISPATCH'
  /** Making an order of a payload. */
  | 'INTAKE'
  /** Telling a channel of its order. */
  | 'NOTICE'
  /** Reading a vendor's documents or stock, or a channel's orders. */
  | 'POLL'
  /** Deciding and holding. */
  | 'ROUTE'
  /** Moving promises away from a node that has less than is promised there. */
  | 'SHORTAGE';

export type AvailabilityQueryVariables = Exact<{
  skus: ReadonlyArray<Scalars['String']['input']> | Scalars['String']['input'];
  destination?: InputMaybe<DestinationInput>;
  account?: InputMaybe<Scalars['String']['input']>;
}>;


export type AvailabilityQuery = { readonly __typename?: 'Query', readonly availability: ReadonlyArray<{ readonly __typename?: 'Availability', readonly sku: string, readonly known: boolean, readonly inStock: boolean, readonly available: number, readonly fromStock: number, readonly availableWithOthers: number, readonly atLeast: boolean, readonly madeToOrder: boolean, readonly minimumQuantity: number | null, readonly quantityMultiple: number, readonly earliestArrival: string | null, readonly asOf: string, readonly cursor: string }> };

export type StockByNodeQueryVariables = Exact<{
  skus: ReadonlyArray<Scalars['String']['input']> | Scalars['String']['input'];
}>;


export type StockByNodeQuery = { readonly __typename?: 'Query', readonly availability: ReadonlyArray<{ readonly __typename?: 'Availability', readonly sku: string, readonly nodes: ReadonlyArray<{ readonly __typename?: 'NodeStock', readonly available: number, readonly onHand: number, readonly held: number, readonly committed: number, readonly node: { readonly __typename?: 'VendorNode', readonly code: string, readonly vendor: { readonly __typename?: 'Vendor', readonly code: string } | null } | null }> }> };

export type StockChangedSubscriptionVariables = Exact<{
  skus: ReadonlyArray<Scalars['String']['input']> | Scalars['String']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type StockChangedSubscription = { readonly __typename?: 'Subscription', readonly stockChanged: { readonly __typename?: 'StockChange', readonly cursor: string, readonly products: ReadonlyArray<{ readonly __typename?: 'Availability', readonly sku: string, readonly available: number, readonly atLeast: boolean }> } };

export type DeadLettersQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type DeadLettersQuery = { readonly __typename?: 'Query', readonly deadLetters: { readonly __typename?: 'DeadLetterConnection', readonly edges: ReadonlyArray<{ readonly __typename?: 'DeadLetterEdge', readonly cursor: string, readonly node: { readonly __typename?: 'DeadLetter', readonly id: string, readonly step: WorkStep, readonly impact: string, readonly attempts: number, readonly status: DeadLetterStatus, readonly errors: ReadonlyArray<{ readonly __typename?: 'FailureCause', readonly code: string, readonly class: string, readonly message: string }>, readonly order: { readonly __typename?: 'Order', readonly id: string } | null } }>, readonly pageInfo: { readonly __typename?: 'PageInfo', readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type ReplayDeadLettersMutationVariables = Exact<{
  input: ReplayDeadLettersInput;
}>;


export type ReplayDeadLettersMutation = { readonly __typename?: 'Mutation', readonly replayDeadLetters: { readonly __typename?: 'ReplayDeadLettersPayload', readonly replayed: number, readonly errors: ReadonlyArray<
      | { readonly __typename?: 'IdempotencyKeyReused', readonly code: string }
      | { readonly __typename?: 'InsufficientStock', readonly code: string }
      | { readonly __typename?: 'InvalidInput', readonly code: string }
      | { readonly __typename?: 'NotFound', readonly code: string }
      | { readonly __typename?: 'NotPossible', readonly code: string }
      | { readonly __typename?: 'OrderAlreadyExists', readonly code: string }
      | { readonly __typename?: 'UnknownSku', readonly code: string }
      | { readonly __typename?: 'Unroutable', readonly code: string }
    > } };

export type OrderLineQuantitiesFragment = { readonly __typename?: 'OrderLine', readonly lineNo: number, readonly sku: string, readonly ordered: number, readonly open: number, readonly routed: number, readonly backordered: number, readonly shipped: number, readonly canceled: number };

export type OrderQueryVariables = Exact<{
  id?: InputMaybe<Scalars['ID']['input']>;
  reference?: InputMaybe<OrderReferenceInput>;
}>;


export type OrderQuery = { readonly __typename?: 'Query', readonly order: { readonly __typename?: 'Order', readonly id: string, readonly externalId: string, readonly status: OrderStatus, readonly version: number, readonly currencyCode: string, readonly account: { readonly __typename?: 'Account', readonly code: string } | null, readonly shipTo: { readonly __typename?: 'Address', readonly name: string | null, readonly city: string | null, readonly countryCode: string } | null, readonly lines: ReadonlyArray<{ readonly __typename?: 'OrderLine', readonly lineNo: number, readonly sku: string, readonly ordered: number, readonly open: number, readonly routed: number, readonly backordered: number, readonly shipped: number, readonly canceled: number, readonly unitPrice: { readonly __typename?: 'Money', readonly amount: string, readonly currencyCode: string } }>, readonly fulfillments: ReadonlyArray<{ readonly __typename?: 'Fulfillment', readonly poNumber: string, readonly status: FulfillmentStatus, readonly landedCost: { readonly __typename?: 'Money', readonly amount: string, readonly currencyCode: string } }> } | null };

export type OrdersQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OrderFilter>;
}>;


export type OrdersQuery = { readonly __typename?: 'Query', readonly orders: { readonly __typename?: 'OrderConnection', readonly edges: ReadonlyArray<{ readonly __typename?: 'OrderEdge', readonly cursor: string, readonly node: { readonly __typename?: 'Order', readonly id: string, readonly externalId: string, readonly status: OrderStatus } }>, readonly pageInfo: { readonly __typename?: 'PageInfo', readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type OrdersWithEverythingQueryVariables = Exact<{
  first: Scalars['Int']['input'];
}>;


export type OrdersWithEverythingQuery = { readonly __typename?: 'Query', readonly orders: { readonly __typename?: 'OrderConnection', readonly edges: ReadonlyArray<{ readonly __typename?: 'OrderEdge', readonly node: { readonly __typename?: 'Order', readonly id: string, readonly account: { readonly __typename?: 'Account', readonly code: string } | null, readonly shipTo: { readonly __typename?: 'Address', readonly city: string | null } | null, readonly lines: ReadonlyArray<{ readonly __typename?: 'OrderLine', readonly lineNo: number, readonly sku: string, readonly ordered: number, readonly open: number, readonly routed: number, readonly backordered: number, readonly shipped: number, readonly canceled: number }>, readonly openItems: ReadonlyArray<{ readonly __typename?: 'OpenItem', readonly reason: string }>, readonly decisions: ReadonlyArray<{ readonly __typename?: 'RoutingDecision', readonly status: DecisionStatus, readonly landedCost: { readonly __typename?: 'Money', readonly amount: string } | null, readonly order: { readonly __typename?: 'Order', readonly id: string } | null }>, readonly fulfillments: ReadonlyArray<{ readonly __typename?: 'Fulfillment', readonly poNumber: string, readonly node: { readonly __typename?: 'VendorNode', readonly code: string, readonly vendor: { readonly __typename?: 'Vendor', readonly code: string } | null } | null, readonly vendor: { readonly __typename?: 'Vendor', readonly code: string } | null, readonly lines: ReadonlyArray<{ readonly __typename?: 'FulfillmentLine', readonly sku: string, readonly quantity: number }>, readonly shipments: ReadonlyArray<{ readonly __typename?: 'Shipment', readonly carrier: string, readonly trackingNumbers: ReadonlyArray<string>, readonly lines: ReadonlyArray<{ readonly __typename?: 'ShipmentLine', readonly lineNo: number, readonly quantity: number }> }> }> } }> } };

export type RoutingDecisionQueryVariables = Exact<{
  id?: InputMaybe<Scalars['ID']['input']>;
  orderId?: InputMaybe<Scalars['ID']['input']>;
}>;


export type RoutingDecisionQuery = { readonly __typename?: 'Query', readonly routingDecision: { readonly __typename?: 'RoutingDecision', readonly id: string, readonly status: DecisionStatus, readonly cause: string, readonly requestDigest: string, readonly engineVersion: string, readonly landedCost: { readonly __typename?: 'Money', readonly amount: string, readonly currencyCode: string } | null, readonly proof: { readonly __typename?: 'Proof', readonly kind: ProofKind, readonly gap: { readonly __typename?: 'Money', readonly amount: string } | null } | null, readonly shipments: ReadonlyArray<{ readonly __typename?: 'DecidedShipment', readonly nodeId: string, readonly vendorId: string, readonly serviceId: string, readonly shipsAt: string, readonly arrivesAt: string, readonly costs: { readonly __typename?: 'LandedCost', readonly goods: { readonly __typename?: 'Money', readonly amount: string }, readonly landed: { readonly __typename?: 'Money', readonly amount: string } }, readonly items: ReadonlyArray<{ readonly __typename?: 'DecidedItem', readonly lineId: string, readonly sku: string, readonly quantity: number }> }>, readonly unfilled: ReadonlyArray<{ readonly __typename?: 'UnfilledItem', readonly lineId: string, readonly reason: string }>, readonly candidates: ReadonlyArray<{ readonly __typename?: 'Candidate', readonly nodeId: string, readonly used: boolean, readonly code: string | null, readonly facts: unknown | null }>, readonly order: { readonly __typename?: 'Order', readonly id: string } | null } | null };

export type RawDecisionQueryVariables = Exact<{
  orderId: Scalars['ID']['input'];
}>;


export type RawDecisionQuery = { readonly __typename?: 'Query', readonly routingDecision: { readonly __typename?: 'RoutingDecision', readonly rawRequest: unknown, readonly rawDecision: unknown } | null };

export type SubmitOrderMutationVariables = Exact<{
  input: SubmitOrderInput;
}>;


export type SubmitOrderMutation = { readonly __typename?: 'Mutation', readonly submitOrder: { readonly __typename?: 'SubmitOrderPayload', readonly replayed: boolean, readonly order: { readonly __typename?: 'Order', readonly id: string, readonly externalId: string, readonly status: OrderStatus, readonly lines: ReadonlyArray<{ readonly __typename?: 'OrderLine', readonly lineNo: number, readonly sku: string, readonly ordered: number, readonly open: number, readonly routed: number, readonly backordered: number, readonly shipped: number, readonly canceled: number }> } | null, readonly errors: ReadonlyArray<
      | { readonly __typename: 'IdempotencyKeyReused', readonly code: string, readonly message: string, readonly path: string }
      | { readonly __typename: 'InsufficientStock', readonly sku: string, readonly requested: number, readonly available: number, readonly code: string, readonly message: string, readonly path: string }
      | { readonly __typename: 'InvalidInput', readonly code: string, readonly message: string, readonly path: string }
      | { readonly __typename: 'NotFound', readonly code: string, readonly message: string, readonly path: string }
      | { readonly __typename: 'NotPossible', readonly code: string, readonly message: string, readonly path: string }
      | { readonly __typename: 'OrderAlreadyExists', readonly orderId: string, readonly code: string, readonly message: string, readonly path: string }
      | { readonly __typename: 'UnknownSku', readonly sku: string, readonly code: string, readonly message: string, readonly path: string }
      | { readonly __typename: 'Unroutable', readonly code: string, readonly message: string, readonly path: string }
    > } };

export type CancelOrderMutationVariables = Exact<{
  input: CancelOrderInput;
}>;


export type CancelOrderMutation = { readonly __typename?: 'Mutation', readonly cancelOrder: { readonly __typename?: 'CancelOrderPayload', readonly replayed: boolean, readonly order: { readonly __typename?: 'Order', readonly id: string, readonly status: OrderStatus } | null, readonly lines: ReadonlyArray<{ readonly __typename?: 'CanceledLine', readonly lineNo: number, readonly canceled: number, readonly pending: number, readonly tooLate: number }>, readonly errors: ReadonlyArray<
      | { readonly __typename: 'IdempotencyKeyReused', readonly code: string, readonly path: string }
      | { readonly __typename: 'InsufficientStock', readonly code: string, readonly path: string }
      | { readonly __typename: 'InvalidInput', readonly code: string, readonly path: string }
      | { readonly __typename: 'NotFound', readonly code: string, readonly path: string }
      | { readonly __typename: 'NotPossible', readonly code: string, readonly path: string }
      | { readonly __typename: 'OrderAlreadyExists', readonly code: string, readonly path: string }
      | { readonly __typename: 'UnknownSku', readonly code: string, readonly path: string }
      | { readonly __typename: 'Unroutable', readonly code: string, readonly path: string }
    > } };

export type ConfirmOrderMutationVariables = Exact<{
  input: ConfirmOrderInput;
}>;


export type ConfirmOrderMutation = { readonly __typename?: 'Mutation', readonly confirmOrder: { readonly __typename?: 'ConfirmOrderPayload', readonly replayed: boolean, readonly order: { readonly __typename?: 'Order', readonly id: string, readonly status: OrderStatus } | null, readonly errors: ReadonlyArray<
      | { readonly __typename: 'IdempotencyKeyReused', readonly code: string, readonly path: string }
      | { readonly __typename: 'InsufficientStock', readonly code: string, readonly path: string }
      | { readonly __typename: 'InvalidInput', readonly code: string, readonly path: string }
      | { readonly __typename: 'NotFound', readonly code: string, readonly path: string }
      | { readonly __typename: 'NotPossible', readonly code: string, readonly path: string }
      | { readonly __typename: 'OrderAlreadyExists', readonly code: string, readonly path: string }
      | { readonly __typename: 'UnknownSku', readonly code: string, readonly path: string }
      | { readonly __typename: 'Unroutable', readonly code: string, readonly path: string }
    > } };

export type ReleaseOrderMutationVariables = Exact<{
  input: ReleaseOrderInput;
}>;


export type ReleaseOrderMutation = { readonly __typename?: 'Mutation', readonly releaseOrder: { readonly __typename?: 'ReleaseOrderPayload', readonly replayed: boolean, readonly order: { readonly __typename?: 'Order', readonly id: string, readonly status: OrderStatus, readonly openItems: ReadonlyArray<{ readonly __typename?: 'OpenItem', readonly reason: string, readonly blocks: ReadonlyArray<BlockedStep>, readonly evidence: unknown, readonly resolution: string | null }> } | null, readonly errors: ReadonlyArray<
      | { readonly __typename: 'IdempotencyKeyReused', readonly code: string, readonly path: string }
      | { readonly __typename: 'InsufficientStock', readonly code: string, readonly path: string }
      | { readonly __typename: 'InvalidInput', readonly code: string, readonly path: string }
      | { readonly __typename: 'NotFound', readonly code: string, readonly path: string }
      | { readonly __typename: 'NotPossible', readonly code: string, readonly path: string }
      | { readonly __typename: 'OrderAlreadyExists', readonly code: string, readonly path: string }
      | { readonly __typename: 'UnknownSku', readonly code: string, readonly path: string }
      | { readonly __typename: 'Unroutable', readonly code: string, readonly path: string }
    > } };

export type OrderStatusChangedSubscriptionVariables = Exact<{
  orderIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']> | Scalars['ID']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type OrderStatusChangedSubscription = { readonly __typename?: 'Subscription', readonly orderStatusChanged: { readonly __typename?: 'OrderStatusChange', readonly cursor: string, readonly event: string, readonly orderId: string, readonly orderVersion: number, readonly status: OrderStatus, readonly order: { readonly __typename?: 'Order', readonly id: string, readonly status: OrderStatus, readonly version: number } | null } };

export type QuoteQueryVariables = Exact<{
  input: QuoteInput;
}>;


export type QuoteQuery = { readonly __typename?: 'Query', readonly quote: { readonly __typename?: 'Quote', readonly missing: ReadonlyArray<string>, readonly asOf: string, readonly options: ReadonlyArray<{ readonly __typename?: 'DeliveryOption', readonly level: DeliveryLevel, readonly arrivesAt: string, readonly shipments: number, readonly shipping: { readonly __typename?: 'Money', readonly amount: string, readonly currencyCode: string }, readonly dutyAtDoor: { readonly __typename?: 'Money', readonly amount: string, readonly currencyCode: string } }> } };

export type QuoteWithCostsQueryVariables = Exact<{
  input: QuoteInput;
}>;


export type QuoteWithCostsQuery = { readonly __typename?: 'Query', readonly quote: { readonly __typename?: 'Quote', readonly options: ReadonlyArray<{ readonly __typename?: 'DeliveryOption', readonly level: DeliveryLevel, readonly services: ReadonlyArray<string>, readonly landedCost: { readonly __typename?: 'Money', readonly amount: string, readonly currencyCode: string } }> } };

export const OrderLineQuantitiesFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OrderLineQuantities"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderLine"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lineNo"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"ordered"}},{"kind":"Field","name":{"kind":"Name","value":"open"}},{"kind":"Field","name":{"kind":"Name","value":"routed"}},{"kind":"Field","name":{"kind":"Name","value":"backordered"}},{"kind":"Field","name":{"kind":"Name","value":"shipped"}},{"kind":"Field","name":{"kind":"Name","value":"canceled"}}]}}]} as unknown as DocumentNode<OrderLineQuantitiesFragment, unknown>;
export const AvailabilityDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Availability"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"skus"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"destination"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DestinationInput"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"account"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"availability"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"skus"},"value":{"kind":"Variable","name":{"kind":"Name","value":"skus"}}},{"kind":"Argument","name":{"kind":"Name","value":"destination"},"value":{"kind":"Variable","name":{"kind":"Name","value":"destination"}}},{"kind":"Argument","name":{"kind":"Name","value":"account"},"value":{"kind":"Variable","name":{"kind":"Name","value":"account"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"known"}},{"kind":"Field","name":{"kind":"Name","value":"inStock"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"fromStock"}},{"kind":"Field","name":{"kind":"Name","value":"availableWithOthers"}},{"kind":"Field","name":{"kind":"Name","value":"atLeast"}},{"kind":"Field","name":{"kind":"Name","value":"madeToOrder"}},{"kind":"Field","name":{"kind":"Name","value":"minimumQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"quantityMultiple"}},{"kind":"Field","name":{"kind":"Name","value":"earliestArrival"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<AvailabilityQuery, AvailabilityQueryVariables>;
export const StockByNodeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StockByNode"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"skus"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"availability"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"skus"},"value":{"kind":"Variable","name":{"kind":"Name","value":"skus"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"onHand"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"committed"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"vendor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<StockByNodeQuery, StockByNodeQueryVariables>;
export const StockChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"StockChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"skus"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stockChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"skus"},"value":{"kind":"Variable","name":{"kind":"Name","value":"skus"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"products"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"atLeast"}}]}}]}}]}}]} as unknown as DocumentNode<StockChangedSubscription, StockChangedSubscriptionVariables>;
export const DeadLettersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DeadLetters"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deadLetters"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"impact"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"class"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<DeadLettersQuery, DeadLettersQueryVariables>;
export const ReplayDeadLettersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplayDeadLetters"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ReplayDeadLettersInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayDeadLetters"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayed"}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]} as unknown as DocumentNode<ReplayDeadLettersMutation, ReplayDeadLettersMutationVariables>;
export const OrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Order"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reference"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderReferenceInput"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"order"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"reference"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reference"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shipTo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"countryCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OrderLineQuantities"}},{"kind":"Field","name":{"kind":"Name","value":"unitPrice"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"fulfillments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"poNumber"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"landedCost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OrderLineQuantities"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderLine"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lineNo"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"ordered"}},{"kind":"Field","name":{"kind":"Name","value":"open"}},{"kind":"Field","name":{"kind":"Name","value":"routed"}},{"kind":"Field","name":{"kind":"Name","value":"backordered"}},{"kind":"Field","name":{"kind":"Name","value":"shipped"}},{"kind":"Field","name":{"kind":"Name","value":"canceled"}}]}}]} as unknown as DocumentNode<OrderQuery, OrderQueryVariables>;
export const OrdersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Orders"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orders"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<OrdersQuery, OrdersQueryVariables>;
export const OrdersWithEverythingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OrdersWithEverything"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orders"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shipTo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"city"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OrderLineQuantities"}}]}},{"kind":"Field","name":{"kind":"Name","value":"openItems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"decisions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"landedCost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"fulfillments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"poNumber"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"vendor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"vendor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shipments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"carrier"}},{"kind":"Field","name":{"kind":"Name","value":"trackingNumbers"}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lineNo"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}}]}}]}}]}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OrderLineQuantities"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderLine"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lineNo"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"ordered"}},{"kind":"Field","name":{"kind":"Name","value":"open"}},{"kind":"Field","name":{"kind":"Name","value":"routed"}},{"kind":"Field","name":{"kind":"Name","value":"backordered"}},{"kind":"Field","name":{"kind":"Name","value":"shipped"}},{"kind":"Field","name":{"kind":"Name","value":"canceled"}}]}}]} as unknown as DocumentNode<OrdersWithEverythingQuery, OrdersWithEverythingQueryVariables>;
export const RoutingDecisionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RoutingDecision"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"routingDecision"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"requestDigest"}},{"kind":"Field","name":{"kind":"Name","value":"engineVersion"}},{"kind":"Field","name":{"kind":"Name","value":"landedCost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"proof"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"gap"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"shipments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodeId"}},{"kind":"Field","name":{"kind":"Name","value":"vendorId"}},{"kind":"Field","name":{"kind":"Name","value":"serviceId"}},{"kind":"Field","name":{"kind":"Name","value":"shipsAt"}},{"kind":"Field","name":{"kind":"Name","value":"arrivesAt"}},{"kind":"Field","name":{"kind":"Name","value":"costs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"goods"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"landed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lineId"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"unfilled"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lineId"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"candidates"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodeId"}},{"kind":"Field","name":{"kind":"Name","value":"used"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"facts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<RoutingDecisionQuery, RoutingDecisionQueryVariables>;
export const RawDecisionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RawDecision"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"routingDecision"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rawRequest"}},{"kind":"Field","name":{"kind":"Name","value":"rawDecision"}}]}}]}}]} as unknown as DocumentNode<RawDecisionQuery, RawDecisionQueryVariables>;
export const SubmitOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SubmitOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SubmitOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"submitOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayed"}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OrderLineQuantities"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsufficientStock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"requested"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UnknownSku"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderAlreadyExists"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderId"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OrderLineQuantities"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderLine"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lineNo"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"ordered"}},{"kind":"Field","name":{"kind":"Name","value":"open"}},{"kind":"Field","name":{"kind":"Name","value":"routed"}},{"kind":"Field","name":{"kind":"Name","value":"backordered"}},{"kind":"Field","name":{"kind":"Name","value":"shipped"}},{"kind":"Field","name":{"kind":"Name","value":"canceled"}}]}}]} as unknown as DocumentNode<SubmitOrderMutation, SubmitOrderMutationVariables>;
export const CancelOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CancelOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayed"}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lineNo"}},{"kind":"Field","name":{"kind":"Name","value":"canceled"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"tooLate"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<CancelOrderMutation, CancelOrderMutationVariables>;
export const ConfirmOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ConfirmOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ConfirmOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"confirmOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayed"}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ConfirmOrderMutation, ConfirmOrderMutationVariables>;
export const ReleaseOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReleaseOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ReleaseOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"releaseOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayed"}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"openItems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"blocks"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"}},{"kind":"Field","name":{"kind":"Name","value":"resolution"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ReleaseOrderMutation, ReleaseOrderMutationVariables>;
export const OrderStatusChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"OrderStatusChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderIds"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderStatusChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderIds"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"event"}},{"kind":"Field","name":{"kind":"Name","value":"orderId"}},{"kind":"Field","name":{"kind":"Name","value":"orderVersion"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}}]}}]} as unknown as DocumentNode<OrderStatusChangedSubscription, OrderStatusChangedSubscriptionVariables>;
export const QuoteDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Quote"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"QuoteInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quote"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"options"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"level"}},{"kind":"Field","name":{"kind":"Name","value":"arrivesAt"}},{"kind":"Field","name":{"kind":"Name","value":"shipping"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dutyAtDoor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shipments"}}]}},{"kind":"Field","name":{"kind":"Name","value":"missing"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}}]}}]} as unknown as DocumentNode<QuoteQuery, QuoteQueryVariables>;
export const QuoteWithCostsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"QuoteWithCosts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"QuoteInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quote"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"options"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"level"}},{"kind":"Field","name":{"kind":"Name","value":"landedCost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"services"}}]}}]}}]}}]} as unknown as DocumentNode<QuoteWithCostsQuery, QuoteWithCostsQueryVariables>;