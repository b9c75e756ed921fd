import { z } from 'zod';
import { folderPath, transportSecrets, transportSetting } from '../../files/transport.js';
import { documentSecrets, webhookUserSetting } from '../../payload/document-webhook.js';
import { partnerSettings } from '../../x12/partner.js';

/** Ids of a line that may be our SKU: our own numbers first, then the retailer's, then the trade's and the maker's. */
const SKU_QUALIFIERS = ['VN', 'VP', 'VA', 'VC', 'SK', 'UP', 'EN', 'UK', 'UA', 'MG'];
/** Dropship, stand-alone, new, special, release, rush and replacement orders. A blanket order (BK) is none to be shipped. */
const ORDER_TYPES = ['DS', 'SA', 'NE', 'OS', 'RL', 'RO', 'SO', 'DR', 'RE'];
const minutes = (usual: number | null) => z.number().int().min(5).max(43_200).nullable().default(usual);
const code = z.string().regex(/^[A-Z0-9]{2}$/);

export const channelSettings = partnerSettings.extend({
  /** Of orders without CUR. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD'),
  /** Of addresses without N404. */
  countryCode: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('US'),
  /** Which of a line's ids is our SKU, the first that it has. */
  skuQualifiers: z.array(code).min(1).max(20).default(SKU_QUALIFIERS),
  /** Minutes within which the partner wants to hear; null: it sets no deadline. */
  deadlines: z
    .object({
      acknowledge: minutes(120),
      ship: minutes(120),
      cancel: minutes(null),
      invoice: minutes(null),
      stock: minutes(60),
    })
    .prefault({}),
  /** BEG02 of orders to be shipped. */
  orderTypes: z.array(code).min(1).max(30).default(ORDER_TYPES),
  webhookUser: webhookUserSetting,
  /** Needed with `folders`. */
  transport: transportSetting.optional(),
  /** Where files are exchanged: theirs in `in`, ours in `out`; left out: documents come by HTTP alone and nothing is told. */
  folders: z
    .object({ in: folderPath, out: folderPath })
    .refine((folders) => folders.in !== folders.out, 'expected two folders')
    .optional(),
});

export type ChannelSettings = z.output<typeof channelSettings>;

export const channelSecrets = transportSecrets.extend(documentSecrets.shape);

export const TOPIC = 'x12';
