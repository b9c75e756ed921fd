import { z } from 'zod';
import { folderPath, transportSecrets, transportSetting } from '../../files/transport.js';
import { cellSetting, dateForm, delimiter, namePattern } from '../../flat/file-settings.js';
import { outColumn } from '../../flat/out-columns.js';
import { documentSecrets, webhookUserSetting } from '../../payload/document-webhook.js';
import { STOCK_FIELDS, TOLD_FIELDS, TOLD_KINDS, type ToldKind } from './told-fields.js';

/** A whole file, and the rows of one order of a file. */
export const FILE_TOPIC = 'csv';
export const ORDER_TOPIC = 'csv-order';

const COLUMNS_MAX = 200;
const optional = cellSetting.optional();

/** Whom goods or bills go to, of columns `shipTo.name` and so on. */
const partyColumns = <P extends string>(prefix: P) => {
  const fields = [
    'name',
    'company',
    'line1',
    'line2',
    'line3',
    'city',
    'region',
    'postalCode',
    'country',
    'phone',
    'email',
  ];
  return Object.fromEntries(fields.map((field) => [`${prefix}.${field}`, optional])) as Record<
    `${P}.${PartyField}`,
    typeof optional
  >;
};
export type PartyField =
  | 'name'
  | 'company'
  | 'line1'
  | 'line2'
  | 'line3'
  | 'city'
  | 'region'
  | 'postalCode'
  | 'country'
  | 'phone'
  | 'email';

/** Where in a row each value stands. What is of the order may stand in each of its rows, or in the first alone. */
const columns = z.strictObject({
  orderNumber: cellSetting,
  placedAt: cellSetting,
  'line.sku': cellSetting,
  'line.quantity': cellSetting,
  displayNumber: optional,
  customerPoNumber: optional,
  currency: optional,
  status: optional,
  customerTier: optional,
  /** Words with commas between. */
  tags: optional,
  ...partyColumns('shipTo'),
  ...partyColumns('billTo'),
  'buyer.name': optional,
  'buyer.email': optional,
  'buyer.phone': optional,
  'delivery.service': optional,
  'delivery.deliverBy': optional,
  'delivery.shipBy': optional,
  'delivery.instructions': optional,
  'delivery.giftMessage': optional,
  'order.shipping': optional,
  'order.discount': optional,
  'order.tax': optional,
  'order.subtotal': optional,
  'order.total': optional,
  /** Unique within the order; left out: its place among the order's rows. */
  'line.id': optional,
  'line.title': optional,
  'line.unitPrice': optional,
  /** Off all units of the line together; of tax the same. */
  'line.discount': optional,
  'line.tax': optional,
  'line.gtin': optional,
  'line.buyerSku': optional,
  /** `goods`, `service` or `gift_card`, by its table; left out: goods. */
  'line.kind': optional,
});

/** How files of the partner are written. `auto`: found in each file, and refused where it cannot be told. */
const format = z
  .strictObject({
    delimiter: z.union([z.literal('auto'), delimiter]).default('auto'),
    encoding: z.enum(['auto', 'utf-8', 'windows-1252', 'utf-16le', 'utf-16be']).default('auto'),
    decimal: z.enum(['auto', '.', ',']).default('auto'),
    /** Lines before the one that names the columns. */
    skipLines: z.number().int().min(0).max(50).default(0),
    header: z.boolean().default(true),
    /** Forms of dates; the first that fits counts. `iso`: ISO 8601. */
    dates: z
      .array(z.union([z.literal('iso'), dateForm]))
      .min(1)
      .max(5)
      .default(['iso']),
    /** Of moments with hours and no offset. */
    timeZone: z.string().min(1).max(60).default('UTC'),
  })
  .prefault({});

const fileName = z
  .string()
  .regex(/^[\w.-]{0,60}\{id\}[\w.-]{0,60}$/, 'expected a name with {id} once')
  .refine((name) => !name.startsWith('.'), 'expected a name without a dot in front');
const told = <Field extends string>(kind: string, fields: readonly Field[]) =>
  z.strictObject({
    /** `{id}` is the notice's own. */
    name: fileName.default(`${kind}-{id}.csv`),
    /** Left out: all there are, by our names. */
    columns: z
      .array(outColumn(fields))
      .min(1)
      .max(COLUMNS_MAX)
      .prefault(fields.map((field) => ({ name: field, from: field, date: "yyyy-MM-dd'T'HH:mm:ssZZ" }))),
    /** Minutes within which the partner wants it; left out: it sets no deadline. */
    withinMinutes: z.number().int().min(5).max(43_200).optional(),
  });
const toldOf = <K extends ToldKind>(kind: K) =>
  told(kind, Object.keys(TOLD_FIELDS[kind]) as (keyof (typeof TOLD_FIELDS)[K] & string)[]).optional();

/** Files that we write: those that are named here are wanted. */
const tells = z
  .strictObject({
    folder: folderPath,
    delimiter: delimiter.default(','),
    decimal: z.enum(['.', ',']).default('.'),
    lineEnd: z.enum(['crlf', 'lf']).default('crlf'),
    timeZone: z.string().min(1).max(60).default('UTC'),
    acknowledge: toldOf('acknowledge'),
    ship: toldOf('ship'),
    cancel: toldOf('cancel'),
    invoice: toldOf('invoice'),
    stock: told('stock', Object.keys(STOCK_FIELDS) as (keyof typeof STOCK_FIELDS)[]).optional(),
  })
  .refine(
    (settings) => TOLD_KINDS.some((kind) => settings[kind]) || settings.stock,
    'expected one kind of file at least',
  );

/** An account that sends orders as delimited text. Source: docs/connectors/csv.md. */
export const channelSettings = z
  .object({
    columns,
    format,
    /** Of orders without a value there. */
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('USD'),
    countryCode: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .default('US'),
    /** Whether prices hold their tax. */
    taxesIncluded: z.boolean().default(false),
    webhookUser: webhookUserSetting,
    transport: transportSetting.optional(),
    /** Where the partner puts files; left out: they come by HTTP alone. */
    orders: z.strictObject({ folder: folderPath, files: namePattern.default('*.csv') }).optional(),
    tells: tells.optional(),
  })
  .refine(
    ({ format: { header }, columns: named }) =>
      header || Object.values(named).every((cell) => cell === undefined || placesAreNumbers(cell)),
    { path: ['columns'], message: 'expected numbers of columns, from 1, where no row names them' },
  )
  .refine(({ orders, tells: out }) => orders === undefined || orders.folder !== out?.folder, {
    path: ['tells', 'folder'],
    message: 'expected two folders',
  });

const placesAreNumbers = (cell: z.output<typeof cellSetting>) =>
  'text' in cell || [cell.from].flat().every((place) => typeof place === 'number');

export type ChannelSettings = z.output<typeof channelSettings>;
export type ColumnSettings = ChannelSettings['columns'];
export type OrderField = keyof ColumnSettings & string;
export const channelSecrets = transportSecrets.extend(documentSecrets.shape);
