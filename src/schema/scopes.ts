import { type GraphQLField, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import type { Scope } from '../model/viewer.js';

const STAFF: readonly Scope[] = ['operations', 'admin'];
/** Systems of the merchant: its own accounts' orders, with what they cost. */
const PARTNERS: readonly Scope[] = ['partner', ...STAFF];
/** Who reads orders: a vendor sees the parts that it ships, without prices. */
const ORDER_READERS: readonly Scope[] = ['vendor', ...PARTNERS];
/** Who sees stock node by node: a vendor sees its own nodes. */
const STOCK_KEEPERS: readonly Scope[] = ['vendor', ...STAFF];
/** Keys that sit in browsers too. */
const EVERYONE: readonly Scope[] = ['storefront', ...ORDER_READERS];
/** Who sells: a vendor does not. */
const SELLERS: readonly Scope[] = ['storefront', ...PARTNERS];

/**
 * Which scopes open each field; any one of them is enough. This is the whole of field-level authorisation: the schema carries
 * it, and every operation is held against it before anything of it runs. Which rows a viewer sees is the store's to say.
 * A field that is missing here, or an entry that names no field, keeps the gateway from starting.
 */
export const FIELD_SCOPES: Readonly<Record<string, readonly Scope[]>> = {
  'Query.availability': EVERYONE,
  'Query.quote': SELLERS,
  'Query.order': ORDER_READERS,
  'Query.orders': ORDER_READERS,
  'Query.routingDecision': PARTNERS,
  'Query.deadLetters': STAFF,

  'Mutation.submitOrder': PARTNERS,
  'Mutation.cancelOrder': PARTNERS,
  'Mutation.confirmOrder': PARTNERS,
  'Mutation.releaseOrder': STAFF,
  'Mutation.replayDeadLetters': STAFF,

  'Subscription.orderStatusChanged': ORDER_READERS,
  'Subscription.stockChanged': EVERYONE,

  'Money.amount': EVERYONE,
  'Money.currencyCode': EVERYONE,

  'Quote.options': SELLERS,
  'Quote.missing': SELLERS,
  'Quote.asOf': SELLERS,

  'DeliveryOption.level': SELLERS,
  'DeliveryOption.arrivesAt': SELLERS,
  'DeliveryOption.shipping': SELLERS,
  'DeliveryOption.dutyAtDoor': SELLERS,
  'DeliveryOption.shipments': SELLERS,
  'DeliveryOption.landedCost': PARTNERS,
  'DeliveryOption.services': PARTNERS,

  'Availability.sku': EVERYONE,
  'Availability.known': EVERYONE,
  'Availability.inStock': EVERYONE,
  'Availability.available': EVERYONE,
  'Availability.fromStock': EVERYONE,
  'Availability.availableWithOthers': EVERYONE,
  'Availability.atLeast': EVERYONE,
  'Availability.madeToOrder': EVERYONE,
  'Availability.minimumQuantity': EVERYONE,
  'Availability.quantityMultiple': EVERYONE,
  'Availability.earliestArrival': EVERYONE,
  'Availability.asOf': EVERYONE,
  'Availability.cursor': EVERYONE,
  'Availability.nodes': STOCK_KEEPERS,

  'NodeStock.available': STOCK_KEEPERS,
  'NodeStock.onHand': STOCK_KEEPERS,
  'NodeStock.safetyStock': STOCK_KEEPERS,
  'NodeStock.buffer': STOCK_KEEPERS,
  'NodeStock.held': STOCK_KEEPERS,
  'NodeStock.committed': STOCK_KEEPERS,
  'NodeStock.asOf': STOCK_KEEPERS,
  'NodeStock.node': STOCK_KEEPERS,

  'StockChange.cursor': EVERYONE,
  'StockChange.products': EVERYONE,

  'Account.id': PARTNERS,
  'Account.code': PARTNERS,
  'Account.name': PARTNERS,
  'Account.channel': PARTNERS,
  'Account.currencyCode': PARTNERS,

  'Vendor.id': ORDER_READERS,
  'Vendor.code': ORDER_READERS,
  'Vendor.name': ORDER_READERS,

  'VendorNode.id': ORDER_READERS,
  'VendorNode.code': ORDER_READERS,
  'VendorNode.name': ORDER_READERS,
  'VendorNode.city': ORDER_READERS,
  'VendorNode.regionCode': ORDER_READERS,
  'VendorNode.countryCode': ORDER_READERS,
  'VendorNode.vendor': ORDER_READERS,

  'CarrierService.code': ORDER_READERS,
  'CarrierService.carrier': ORDER_READERS,

  'Order.id': ORDER_READERS,
  'Order.externalId': ORDER_READERS,
  'Order.displayNumber': ORDER_READERS,
  'Order.version': ORDER_READERS,
  'Order.status': ORDER_READERS,
  'Order.currencyCode': ORDER_READERS,
  'Order.placedAt': ORDER_READERS,
  'Order.customerTier': PARTNERS,
  'Order.tags': PARTNERS,
  'Order.serviceCodes': PARTNERS,
  'Order.source': PARTNERS,
  'Order.personal': PARTNERS,
  'Order.deliverBy': ORDER_READERS,
  'Order.whenShort': ORDER_READERS,
  'Order.destination': ORDER_READERS,
  'Order.confirmedAt': ORDER_READERS,
  'Order.createdAt': ORDER_READERS,
  'Order.updatedAt': ORDER_READERS,
  'Order.shipTo': ORDER_READERS,
  'Order.lines': ORDER_READERS,
  'Order.fulfillments': ORDER_READERS,
  'Order.account': PARTNERS,
  'Order.decisions': PARTNERS,
  'Order.openItems': PARTNERS,
  'Order.notices': STAFF,

  'Destination.countryCode': ORDER_READERS,
  'Destination.regionCode': ORDER_READERS,

  'Address.name': ORDER_READERS,
  'Address.company': ORDER_READERS,
  'Address.lines': ORDER_READERS,
  'Address.city': ORDER_READERS,
  'Address.regionCode': ORDER_READERS,
  'Address.postalCode': ORDER_READERS,
  'Address.countryCode': ORDER_READERS,
  'Address.phone': ORDER_READERS,
  'Address.email': ORDER_READERS,

  'OrderLine.id': ORDER_READERS,
  'OrderLine.lineNo': ORDER_READERS,
  'OrderLine.externalLineId': ORDER_READERS,
  'OrderLine.sku': ORDER_READERS,
  'OrderLine.title': ORDER_READERS,
  'OrderLine.ordered': ORDER_READERS,
  'OrderLine.open': ORDER_READERS,
  'OrderLine.routed': ORDER_READERS,
  'OrderLine.backordered': ORDER_READERS,
  'OrderLine.shipped': ORDER_READERS,
  'OrderLine.canceled': ORDER_READERS,
  'OrderLine.returned': ORDER_READERS,
  'OrderLine.unitPrice': PARTNERS,

  'ChannelNotice.id': STAFF,
  'ChannelNotice.kind': STAFF,
  'ChannelNotice.state': STAFF,
  'ChannelNotice.lines': STAFF,
  'ChannelNotice.dueAt': STAFF,
  'ChannelNotice.overdue': STAFF,
  'ChannelNotice.attempts': STAFF,
  'ChannelNotice.lastError': STAFF,
  'ChannelNotice.reference': STAFF,
  'ChannelNotice.madeAt': STAFF,
  'ChannelNotice.toldAt': STAFF,

  'OpenItem.id': PARTNERS,
  'OpenItem.kind': PARTNERS,
  'OpenItem.reason': PARTNERS,
  'OpenItem.blocks': PARTNERS,
  'OpenItem.openedAt': PARTNERS,
  'OpenItem.resolvedAt': PARTNERS,
  'OpenItem.resolution': PARTNERS,
  'OpenItem.evidence': STAFF,

  'Fulfillment.id': ORDER_READERS,
  'Fulfillment.poNumber': ORDER_READERS,
  'Fulfillment.status': ORDER_READERS,
  'Fulfillment.service': ORDER_READERS,
  'Fulfillment.shipBy': ORDER_READERS,
  'Fulfillment.arrivesBy': ORDER_READERS,
  'Fulfillment.vendorReference': ORDER_READERS,
  'Fulfillment.createdAt': ORDER_READERS,
  'Fulfillment.updatedAt': ORDER_READERS,
  'Fulfillment.node': ORDER_READERS,
  'Fulfillment.vendor': ORDER_READERS,
  'Fulfillment.lines': ORDER_READERS,
  'Fulfillment.shipments': ORDER_READERS,
  'Fulfillment.landedCost': PARTNERS,
  'Fulfillment.attempt': PARTNERS,

  'FulfillmentLine.lineNo': ORDER_READERS,
  'FulfillmentLine.sku': ORDER_READERS,
  'FulfillmentLine.quantity': ORDER_READERS,
  'FulfillmentLine.accepted': ORDER_READERS,
  'FulfillmentLine.rejected': ORDER_READERS,
  'FulfillmentLine.shipped': ORDER_READERS,
  'FulfillmentLine.canceled': ORDER_READERS,

  'Shipment.id': ORDER_READERS,
  'Shipment.carrier': ORDER_READERS,
  'Shipment.trackingNumbers': ORDER_READERS,
  'Shipment.shippedAt': ORDER_READERS,
  'Shipment.deliveredAt': ORDER_READERS,
  'Shipment.lines': ORDER_READERS,

  'ShipmentLine.lineNo': ORDER_READERS,
  'ShipmentLine.quantity': ORDER_READERS,

  'RoutingDecision.id': PARTNERS,
  'RoutingDecision.cause': PARTNERS,
  'RoutingDecision.orderVersion': PARTNERS,
  'RoutingDecision.attempt': PARTNERS,
  'RoutingDecision.decidedAt': PARTNERS,
  'RoutingDecision.engineMicros': PARTNERS,
  'RoutingDecision.engineVersion': PARTNERS,
  'RoutingDecision.requestDigest': PARTNERS,
  'RoutingDecision.status': PARTNERS,
  'RoutingDecision.landedCost': PARTNERS,
  'RoutingDecision.objective': PARTNERS,
  'RoutingDecision.unfilledValue': PARTNERS,
  'RoutingDecision.proof': PARTNERS,
  'RoutingDecision.shipments': PARTNERS,
  'RoutingDecision.unfilled': PARTNERS,
  'RoutingDecision.candidates': PARTNERS,
  'RoutingDecision.order': PARTNERS,
  'RoutingDecision.rawRequest': STAFF,
  'RoutingDecision.rawDecision': STAFF,

  'DecidedShipment.nodeId': PARTNERS,
  'DecidedShipment.vendorId': PARTNERS,
  'DecidedShipment.serviceId': PARTNERS,
  'DecidedShipment.items': PARTNERS,
  'DecidedShipment.costs': PARTNERS,
  'DecidedShipment.weightGrams': PARTNERS,
  'DecidedShipment.shipsAt': PARTNERS,
  'DecidedShipment.arrivesAt': PARTNERS,

  'DecidedItem.lineId': PARTNERS,
  'DecidedItem.sku': PARTNERS,
  'DecidedItem.quantity': PARTNERS,

  'LandedCost.goods': PARTNERS,
  'LandedCost.fees': PARTNERS,
  'LandedCost.duty': PARTNERS,
  'LandedCost.freight': PARTNERS,
  'LandedCost.surcharges': PARTNERS,
  'LandedCost.landed': PARTNERS,
  'LandedCost.steering': PARTNERS,

  'UnfilledItem.lineId': PARTNERS,
  'UnfilledItem.sku': PARTNERS,
  'UnfilledItem.quantity': PARTNERS,
  'UnfilledItem.reason': PARTNERS,

  'Candidate.nodeId': PARTNERS,
  'Candidate.used': PARTNERS,
  'Candidate.code': PARTNERS,
  'Candidate.facts': PARTNERS,
  'Candidate.ruleId': PARTNERS,

  'Proof.kind': PARTNERS,
  'Proof.lowerBound': PARTNERS,
  'Proof.gap': PARTNERS,

  'DeadLetter.id': STAFF,
  'DeadLetter.step': STAFF,
  'DeadLetter.subjectId': STAFF,
  'DeadLetter.errors': STAFF,
  'DeadLetter.attempts': STAFF,
  'DeadLetter.impact': STAFF,
  'DeadLetter.status': STAFF,
  'DeadLetter.openedAt': STAFF,
  'DeadLetter.closedAt': STAFF,
  'DeadLetter.closedBy': STAFF,
  'DeadLetter.order': STAFF,

  'FailureCause.code': STAFF,
  'FailureCause.class': STAFF,
  'FailureCause.message': STAFF,
  'FailureCause.path': STAFF,
  'FailureCause.suggestions': STAFF,

  'OrderConnection.edges': ORDER_READERS,
  'OrderConnection.pageInfo': ORDER_READERS,

  'OrderEdge.cursor': ORDER_READERS,
  'OrderEdge.node': ORDER_READERS,

  'DeadLetterConnection.edges': STAFF,
  'DeadLetterConnection.pageInfo': STAFF,

  'DeadLetterEdge.cursor': STAFF,
  'DeadLetterEdge.node': STAFF,

  'PageInfo.hasNextPage': ORDER_READERS,
  'PageInfo.hasPreviousPage': ORDER_READERS,
  'PageInfo.startCursor': ORDER_READERS,
  'PageInfo.endCursor': ORDER_READERS,

  'OrderStatusChange.cursor': ORDER_READERS,
  'OrderStatusChange.event': ORDER_READERS,
  'OrderStatusChange.orderId': ORDER_READERS,
  'OrderStatusChange.orderVersion': ORDER_READERS,
  'OrderStatusChange.status': ORDER_READERS,
  'OrderStatusChange.previousStatus': ORDER_READERS,
  'OrderStatusChange.fulfillmentId': ORDER_READERS,
  'OrderStatusChange.occurredAt': ORDER_READERS,
  'OrderStatusChange.order': ORDER_READERS,
  'OrderStatusChange.details': STAFF,

  'SubmitOrderPayload.order': PARTNERS,
  'SubmitOrderPayload.replayed': PARTNERS,
  'SubmitOrderPayload.errors': PARTNERS,

  'CancelOrderPayload.order': PARTNERS,
  'CancelOrderPayload.lines': PARTNERS,
  'CancelOrderPayload.replayed': PARTNERS,
  'CancelOrderPayload.errors': PARTNERS,
  'ConfirmOrderPayload.order': PARTNERS,
  'ConfirmOrderPayload.replayed': PARTNERS,
  'ConfirmOrderPayload.errors': PARTNERS,
  'ReleaseOrderPayload.order': STAFF,
  'ReleaseOrderPayload.replayed': STAFF,
  'ReleaseOrderPayload.errors': STAFF,

  'CanceledLine.lineNo': PARTNERS,
  'CanceledLine.externalLineId': PARTNERS,
  'CanceledLine.canceled': PARTNERS,
  'CanceledLine.pending': PARTNERS,
  'CanceledLine.tooLate': PARTNERS,

  'ReplayDeadLettersPayload.replayed': STAFF,
  'ReplayDeadLettersPayload.errors': STAFF,

  'UserError.code': PARTNERS,
  'UserError.message': PARTNERS,
  'UserError.path': PARTNERS,

  'InsufficientStock.code': PARTNERS,
  'InsufficientStock.message': PARTNERS,
  'InsufficientStock.path': PARTNERS,
  'InsufficientStock.sku': PARTNERS,
  'InsufficientStock.requested': PARTNERS,
  'InsufficientStock.available': PARTNERS,

  'UnknownSku.code': PARTNERS,
  'UnknownSku.message': PARTNERS,
  'UnknownSku.path': PARTNERS,
  'UnknownSku.sku': PARTNERS,
  'UnknownSku.suggestions': PARTNERS,

  'InvalidInput.code': PARTNERS,
  'InvalidInput.message': PARTNERS,
  'InvalidInput.path': PARTNERS,

  'IdempotencyKeyReused.code': PARTNERS,
  'IdempotencyKeyReused.message': PARTNERS,
  'IdempotencyKeyReused.path': PARTNERS,

  'NotFound.code': PARTNERS,
  'NotFound.message': PARTNERS,
  'NotFound.path': PARTNERS,

  'OrderAlreadyExists.code': PARTNERS,
  'OrderAlreadyExists.message': PARTNERS,
  'OrderAlreadyExists.path': PARTNERS,
  'OrderAlreadyExists.orderId': PARTNERS,

  'Unroutable.code': PARTNERS,
  'Unroutable.message': PARTNERS,
  'Unroutable.path': PARTNERS,
  'Unroutable.reasons': PARTNERS,

  'NotPossible.code': PARTNERS,
  'NotPossible.message': PARTNERS,
  'NotPossible.path': PARTNERS,
};

/** Writes each field's scopes into its extensions. Errors: throws and names every field or entry that has no counterpart. */
export function attachScopes(schema: GraphQLSchema): void {
  const unused = new Set(Object.keys(FIELD_SCOPES));
  const missing: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`;
      const scopes = FIELD_SCOPES[name];
      unused.delete(name);
      if (scopes === undefined) missing.push(name);
      else field.extensions = { ...field.extensions, scopes };
    }
  }
  if (missing.length + unused.size === 0) return;
  throw new Error(
    `the table of scopes and the schema do not agree: fields without an entry: ${missing.join(', ') || 'none'}; ` +
      `entries without a field: ${[...unused].join(', ') || 'none'}`,
  );
}

/** Scopes that open the field; none where it carries none, so that what was forgotten stays closed. */
export function scopesOf(field: GraphQLField<unknown, unknown>): readonly Scope[] {
  return (field.extensions.scopes as readonly Scope[] | undefined) ?? [];
}
