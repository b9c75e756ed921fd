import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { OrderPage } from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { failure } from '../../http/exchange.js';
import { callShop, shopId } from './client.js';
import { apiAccount, type WooAccount } from './settings.js';
import { wakeWebhooks } from './webhooks.js';

const POLLED_TOPIC = 'order.updated';
const PER_PAGE = 100;
/** A change may become seen so long after the moment that it bears: PHP notes the moment first and stores it later. */
const SETTLED_SECONDS = 300;
const MS_PER_SECOND = 1_000;

const orders = z.array(z.looseObject({ id: shopId }));

/** Where reading is: orders last changed between two moments, in seconds since 1970, and how many pages of them are left. */
interface Place {
  readonly after: number;
  readonly before: number;
  readonly pages: number;
}
const place = z.string().transform((text, issue): Place => {
  const [, after, before, pages] = /^(\d{1,11})-(\d{1,11})\/(\d{1,9})$/.exec(text) ?? [];
  if (pages !== undefined) return { after: Number(after), before: Number(before), pages: Number(pages) };
  issue.addIssue('expected a cursor of this connector');
  return z.NEVER;
});

/**
 * Orders of the statuses that the account takes that were changed since, oldest first. More than a page of them are read within two fixed
 * moments, from the last page to the first: one that is changed or taken away meanwhile leaves, and moves only those that were read; none
 * comes in, as the later moment is settled; so none is passed over. What is changed after that moment is read next, once more where it was
 * read before. A payload is told by its content: a copy of it is the same, another version is not.
 *
 * Where nothing is left, webhooks that the shop disabled are looked for: what was found is in `notes`, and is no failure of reading.
 * Errors: callShop's; CHANNEL_CURSOR_INVALID, class `permanent`.
 */
export async function pollShop(cursor: string | null, context: CallContext): Promise<OrderPage> {
  const account = apiAccount(context.account);
  const at = place.nullable().safeParse(cursor).data;
  if (at === undefined)
    throw failure('channel', 'CURSOR_INVALID', 'permanent', 'expected a cursor that was given by this connector');
  const page = at && at.pages > 0 ? await readPage(at, account, context) : await readNew(at, account, context);
  return page.more || !account.wakeWebhooks ? page : { ...page, notes: await wakeWebhooks(context) };
}

/** What is new, where it is one page; else where to read it. */
async function readNew(at: Place | null, { takeStatuses }: WooAccount, context: CallContext): Promise<OrderPage> {
  // Both moments are exclusive.
  const after = at ? Math.max(0, at.before - 1) : 0;
  const { said, pages, atMs } = await ask({ modified_after: moment(after), page: '1' }, takeStatuses, context);
  const now = Math.floor((atMs ?? context.clock.now().getTime()) / MS_PER_SECOND);
  const before = Math.max(after + 1, now - SETTLED_SECONDS);
  const more = pages > 1;
  return { payloads: more ? [] : payloadsOf(said), cursor: `${after}-${before}/${more ? pages : 0}`, more };
}

async function readPage(
  { after, before, pages }: Place,
  { takeStatuses }: WooAccount,
  context: CallContext,
): Promise<OrderPage> {
  const between = { modified_after: moment(after), modified_before: moment(before), page: String(pages) };
  const { said } = await ask(between, takeStatuses, context);
  return { payloads: payloadsOf(said), cursor: `${after}-${before}/${pages - 1}`, more: pages > 1 };
}

function ask(part: Readonly<Record<string, string>>, statuses: readonly string[], context: CallContext) {
  const query = {
    ...{ ...part, dates_are_gmt: 'true', status: statuses.join(',') },
    ...{ orderby: 'id', order: 'desc', per_page: String(PER_PAGE) },
  };
  return callShop({ method: 'GET', path: 'orders', query, answer: orders }, context);
}

/** Each order once, the oldest first. */
function payloadsOf(said: z.infer<typeof orders>): OrderPage['payloads'] {
  const payloads = said.map((order) => {
    const rawBody = Buffer.from(JSON.stringify(order));
    const deliveryId = `${order.id} ${createHash('sha256').update(rawBody).digest('hex')}`;
    return { topic: POLLED_TOPIC, deliveryId, rawBody };
  });
  return payloads.reverse();
}

function moment(seconds: number): string {
  return new Date(seconds * MS_PER_SECOND).toISOString().slice(0, 19);
}
