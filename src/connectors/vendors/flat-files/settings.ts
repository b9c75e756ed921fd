import { z } from 'zod';
import { folderPath, transportSecrets, transportSetting } from '../../files/transport.js';
import { cellSetting, dateForm, formatOut, incoming } from './file-settings.js';
import { PO_FIELDS, type PoField } from './purchase-order-fields.js';

const text = (length: number) => z.string().min(1).max(length);
const COLUMNS_MAX = 200;

const column = z
  .object({
    /** As the vendor calls it. */
    name: text(100),
    from: z.enum(Object.keys(PO_FIELDS) as [PoField, ...PoField[]]).optional(),
    /** The same in every row. */
    text: z.string().max(500).optional(),
    /** Of moments; in the vendor's time zone. */
    date: dateForm.default('yyyy-MM-dd'),
    /** The vendor's words by our values; a value that is missing stands as it is. */
    table: z.record(z.string().max(200), z.string().max(200)).default({}),
  })
  .refine(({ from, text: fixed }) => (from === undefined) !== (fixed === undefined), 'expected either from or text');

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
  })
  .refine(
    ({ purchaseOrders: { folder }, stock: read }) => read?.folder !== folder,
    'expected another folder for purchase orders than for what is read',
  );

export type VendorSettings = z.output<typeof vendorSettings>;
export type PurchaseOrderSettings = z.output<typeof purchaseOrders>;
export type StockSettings = z.output<typeof stock>;

export const vendorSecrets = transportSecrets;
