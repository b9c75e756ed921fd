import type { Fulfillment, Shipment } from '../schema/fulfillment.js';
import { toGlobalId } from '../schema/global-id.js';
import { money } from '../schema/money.js';
import type { Account, Vendor, VendorNode } from '../schema/network.js';
import type { OpenItem, Order, OrderLine } from '../schema/order.js';
import type { AccountEntry, NodeEntry, VendorEntry } from '../store/directory.js';
import type { FulfillmentRow, OpenItemRow, OrderLineRow, OrderRow, ShipmentRow } from '../store/order-rows.js';

/** Rows of the store as the API shows them. Pure. */
export function orderView(row: OrderRow): Order {
  return {
    id: toGlobalId('Order', row.id),
    uuid: row.id,
    accountId: row.accountId,
    externalId: row.externalId,
    displayNumber: row.displayNumber,
    version: row.version,
    status: row.status,
    currencyCode: row.currency,
    placedAt: row.placedAt,
    deliverBy: row.deliverBy,
    whenShort: row.whenShort,
    destination: { countryCode: row.destinationCountry, regionCode: row.destinationRegion },
    customerTier: row.customerTier,
    tags: row.tags,
    serviceCodes: row.serviceCodes,
    confirmedAt: row.confirmedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

export function lineView(row: OrderLineRow, currency: string): OrderLine {
  return {
    ...row,
    id: toGlobalId('OrderLine', `${row.orderId}.${row.lineNo}`),
    unitPrice: money(row.unitPrice, currency),
  };
}

export function openItemView(row: OpenItemRow): OpenItem {
  return { ...row, id: toGlobalId('OpenItem', row.id) };
}

export function fulfillmentView(row: FulfillmentRow): Fulfillment {
  return {
    id: toGlobalId('Fulfillment', row.id),
    uuid: row.id,
    nodeId: row.nodeId,
    vendorId: row.vendorId,
    poNumber: row.poNumber,
    status: row.status,
    landedCost: money(row.landedCost, row.currency),
    service: { code: row.serviceCode, carrier: row.carrier },
    shipBy: row.shipBy,
    arrivesBy: row.arrivesBy,
    vendorReference: row.vendorReference,
    attempt: row.attempt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

export function shipmentView(row: ShipmentRow): Shipment {
  return { ...row, id: toGlobalId('Shipment', row.id) };
}

export function accountView(entry: AccountEntry): Account {
  return { ...entry, id: toGlobalId('Account', entry.id), currencyCode: entry.currency };
}

export function vendorView(entry: VendorEntry): Vendor {
  return { ...entry, id: toGlobalId('Vendor', entry.id) };
}

export function nodeView(entry: NodeEntry): VendorNode {
  return { ...entry, id: toGlobalId('VendorNode', entry.id) };
}
