import { z } from 'zod';
import { folderPath, transportSecrets, transportSetting } from '../../files/transport.js';
import { partnerSettings } from '../../x12/partner.js';

const code = z.string().regex(/^[A-Z0-9]{2}$/);
const text = (length: number) => z.string().min(1).max(length);

/** Ids of an item in a vendor's documents, in order of preference. */
const SKU_QUALIFIERS = ['VN', 'VP', 'VC', 'VA', 'MG', 'UP', 'EN', 'UK', 'SK'];

export const vendorSettings = partnerSettings.extend({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD'),
  /** Of times without a zone, as IANA names it, such as America/Chicago. */
  timeZone: text(60)
    .refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', 'expected an IANA time zone')
    .default('UTC'),
  skuQualifiers: z.array(code).min(1).max(20).default(SKU_QUALIFIERS),
  /** The vendor's names of its sites by our node codes, where the two differ: `{ "dal": "DALLAS" }`. */
  sites: z.record(text(100), text(80)).default({}),
  stock: z
    .object({
      /** Of stock that names no site; as the vendor calls it. */
      site: text(80).optional(),
      /** QTY01 of what can be sold, in order of preference. */
      quantities: z.array(code).min(1).max(20).default(['33', '17']),
      /** BIA01 of reports that list only what changed, with its whole figure. */
      partial: z.array(code).max(20).default(['02', '04', '25']),
      /** Reports are put in order by when they came, or by the vendor's control numbers (ISA13). */
      order: z.enum(['arrival', 'control']).default('arrival'),
    })
    .default({ quantities: ['33', '17'], partial: ['02', '04', '25'], order: 'arrival' }),
  /** X12 units of measure by ours, where the two differ: `{ "case": "CA" }`. */
  unitsOfMeasure: z.record(text(20), code).default({}),
  /** What is written as the order's kind; BEG02. */
  orderType: code.default('DS'),
  transport: transportSetting,
  folders: z
    .object({
      /** Where we put what is for the vendor. */
      out: folderPath,
      /** Where the vendor puts what is for us. */
      in: folderPath,
      /** Where it puts its stock (846), where that is another one. */
      stock: folderPath.optional(),
    })
    .transform((folders) => ({ ...folders, stock: folders.stock ?? folders.in }))
    .refine(({ out, in: into, stock }) => out !== into && out !== stock, 'expected another folder out than in'),
});

export type VendorSettings = z.output<typeof vendorSettings>;

export const vendorSecrets = transportSecrets;
