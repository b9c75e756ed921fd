import { z } from 'zod';
import { folderPath, transportSecrets, transportSetting } from '../../files/transport.js';
import { cellSetting, formatOut, incoming } from '../../flat/file-settings.js';
import { outColumn } from '../../flat/out-columns.js';
import { PO_FIELDS, type PoField } from './purchase-order-fields.js';

const text = (length: number) => z.string().min(1).max(length);
const COLUMNS_MAX = 200;

const column = outColumn(Object.keys(PO_FIELDS) as PoField[]);
const ELEMENT_NAME = /^[A-Za-z_][\w.-]*$/;
const purchaseOrders = z
  .object({
    folder: folderPath,
    /** Of each file; `{poNumber}` is the PO's number. */
    name: z
      .string()
      .regex(
        /^[\w-][\w.-]{0,60}\{poNumber\}[\w.-]{0,60}$|^\{poNumber\}[\w.-]{0,60}$/,
        'expected a name with {poNumber} once',
      )
      .default('{poNumber}.csv'),
    format: formatOut,
    decimal: z.enum(['.', ',']).default('.'),
    columns: z
      .array(column)
      .min(1)
      .max(COLUMNS_MAX)
      .refine((columns) => columns.some(({ from }) => from === 'poNumber'), 'expected a column from poNumber'),
  })
  .refine(
    ({ format, columns }) => format.kind !== 'xml' || columns.every(({ name }) => ELEMENT_NAME.test(name)),
    'expected columns that are named as elements may be',
  )
  .refine(
    ({ format, columns }) =>
      format.kind !== 'json-lines' || new Set(columns.map(({ name }) => name)).size === columns.length,
    'expected columns of different names',
  );

const stock = incoming(
  z.object({
    vendorSku: cellSetting,
    /** In the vendor's packs. */
    onHand: cellSetting,
    site: cellSetting.optional(),
    asOf: cellSetting.optional(),
  }),
).extend({
  /** Of rows that name no site; as the vendor calls it. */
  site: text(80).optional(),
  /** Whether a file lists everything or only what changed, in both cases with the whole figure. */
  lists: z.enum(['everything', 'changes']).default('everything'),
});

/** Whether quantities and costs in the vendor's documents are of its packs or of units. */
const counts = z.enum(['packs', 'units']).default('packs');
const optional = cellSetting.optional();

const acknowledgements = incoming(
  z.object({
    poNumber: cellSetting,
    /** As `line.id` was sent; a row without one is of the whole PO. */
    line: optional,
    /** `accepted`, `rejected` or `backordered`, by its table. */
    status: optional,
    /** Of the status. */
    quantity: optional,
    /** Where these stand beside each other, in place of a status with its quantity. */
    ...{ accepted: optional, rejected: optional, backordered: optional },
    /** Of what is backordered. */
    until: optional,
    ...{ reference: optional, reason: optional, at: optional, shipBy: optional, unitCost: optional },
  }),
)
  .extend({ counts })
  .refine(
    ({ columns: { status, accepted, rejected, backordered } }) =>
      status !== undefined || accepted !== undefined || rejected !== undefined || backordered !== undefined,
    'expected a column of the status, or of what is accepted, rejected or backordered',
  );

const shipments = incoming(
  z.object({
    poNumber: cellSetting,
    line: cellSetting,
    quantity: cellSetting,
    carrier: cellSetting,
    /** Left out: the tracking number tells shipments apart. */
    shipmentId: optional,
    /** Several with blanks, commas or semicolons between them. */
    tracking: optional,
    shippedAt: optional,
  }),
)
  .extend({ counts })
  .refine(
    ({ columns: { shipmentId, tracking } }) => shipmentId !== undefined || tracking !== undefined,
    'expected a column of the shipment’s number or of tracking numbers',
  );

const invoices = incoming(
  z.object({
    ...{ poNumber: cellSetting, invoiceNumber: cellSetting },
    /** A row without a line is of charges alone. */
    ...{ line: cellSetting, quantity: cellSetting, unitCost: cellSetting },
    ...{ at: optional, currency: optional },
    /** Of the whole invoice; the same wherever they stand. */
    ...{ freight: optional, tax: optional, total: optional },
    /** A charge of the row, below zero where it is an allowance. */
    ...{ chargeCode: optional, chargeTitle: optional, chargeAmount: optional },
  }),
).extend({ counts });

export const vendorSettings = z
  .object({
    transport: transportSetting,
    /** Of dates with a time, as IANA names it, such as America/Chicago. */
    timeZone: text(60)
      .refine(
        (zone) => zone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(zone),
        'expected an IANA time zone',
      )
      .default('UTC'),
    /** The vendor's names of its sites by our node codes, where the two differ: `{ "dal": "DALLAS" }`. */
    sites: z.record(text(100), text(80)).default({}),
    purchaseOrders,
    stock: stock.optional(),
    acknowledgements: acknowledgements.optional(),
    shipments: shipments.optional(),
    invoices: invoices.optional(),
    /** Of invoices that name none. */
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('USD'),
  })
  .refine(
    ({ purchaseOrders: { folder }, ...read }) =>
      [read.stock, read.acknowledgements, read.shipments, read.invoices].every((one) => one?.folder !== folder),
    'expected another folder for purchase orders than for what is read',
  )
  .refine(({ stock: first, acknowledgements: second, shipments: third, invoices: fourth }) => {
    const read = [first, second, third, fourth].flatMap((one) => (one ? [`${one.folder}/${one.files}`] : []));
    return new Set(read).size === read.length;
  }, 'expected other names of files for each kind in a folder');

export type VendorSettings = z.output<typeof vendorSettings>;
export type PurchaseOrderSettings = z.output<typeof purchaseOrders>;
export type StockSettings = z.output<typeof stock>;

export type AcknowledgementSettings = z.output<typeof acknowledgements>;
export type ShipmentSettings = z.output<typeof shipments>;
export type InvoiceSettings = z.output<typeof invoices>;

export const vendorSecrets = transportSecrets;
