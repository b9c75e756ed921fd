import type { PurchaseOrder } from '../../../vendor-documents.js';
import { vendorSettings } from '../settings.js';

/** A vendor's settings as the documentation shows them. */
export const ACME = {
  transport: { kind: 'folder', path: 'acme' },
  timeZone: 'America/Chicago',
  sites: { dal: 'DALLAS' },
  purchaseOrders: {
    folder: 'out',
    name: 'PO_{poNumber}.csv',
    format: { kind: 'delimited' },
    columns: [
      { name: 'PO Number', from: 'poNumber' },
      { name: 'Type', text: 'DS' },
      { name: 'Written', from: 'writtenAt', date: 'MM/dd/yyyy HH:mm' },
      { name: 'Ship By', from: 'shipBy', date: 'MM/dd/yyyy' },
      { name: 'Service', from: 'shipVia', table: { UPSG: 'UPS Ground' } },
      { name: 'Name', from: 'shipTo.name' },
      { name: 'Street', from: 'shipTo.line1' },
      { name: 'Phone', from: 'shipTo.phone' },
      { name: 'Site', from: 'site' },
      { name: 'Line', from: 'line.id' },
      { name: 'SKU', from: 'line.vendorSku' },
      { name: 'Qty', from: 'line.packs' },
      { name: 'Cost', from: 'line.packCost' },
    ],
  },
  stock: {
    folder: 'in',
    files: 'stock_*.csv',
    format: { kind: 'delimited' },
    columns: { vendorSku: 'SKU', onHand: 'Qty', site: 'Warehouse', asOf: 'As Of' },
    dates: ['MM/dd/yyyy HH:mm', 'iso'],
  },
  acknowledgements: {
    folder: 'in',
    files: 'ack_*.csv',
    format: { kind: 'delimited' },
    columns: { poNumber: 'PO', status: { from: 'Status', table: { OK: 'accepted', NO: 'rejected' } } },
  },
  shipments: {
    folder: 'sent',
    format: { kind: 'xml', rows: 'S/I' },
    columns: { poNumber: '@po', line: '@line', quantity: '@qty', carrier: '@by', tracking: '@no' },
  },
};

/** ACME's settings with others in place of some. */
export const settingsWith = (change: Record<string, unknown> = {}) => vendorSettings.parse({ ...ACME, ...change });

/** ACME's settings of what we send, without those of what it sends. */
export const SENDING = { ...ACME, stock: undefined, acknowledgements: undefined, shipments: undefined };

export const account = { code: 'acme', settings: ACME, secrets: {} };

/** A PO of two lines, the second of packs of twelve. */
export const purchaseOrder = (poNumber: string): PurchaseOrder => ({
  ...{ poNumber, nodeCode: 'dal', shipVia: 'UPSG', currency: 'USD', shipBy: '2026-03-04T18:00:00.000Z' },
  shipTo: {
    name: 'Jo "J" Li, Jr.',
    lines: ['=1 Main St'],
    city: 'Dayton',
    regionCode: 'OH',
    postalCode: '45402',
    countryCode: 'US',
    phone: '+19375550100',
  },
  lines: [
    {
      ...{ lineNo: 1, vendorSku: 'LAMP-1', sku: 'lamp', packs: 2, unitsPerPack: 1, unitOfMeasure: 'EA', quantity: 2 },
      unitCost: 125_000,
    },
    {
      ...{ lineNo: 2, vendorSku: 'CLIP-9', sku: 'clip', packs: 3, unitsPerPack: 12, unitOfMeasure: 'CA', quantity: 36 },
      unitCost: 4_250,
    },
  ],
});
