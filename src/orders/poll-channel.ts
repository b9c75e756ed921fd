import { createHash } from 'node:crypto';
import type { ChannelConnector, OrderPage } from '../connectors/channel.js';
import { ConnectorError, HeadgateError } from '../model/errors.js';
import { pollSecondsOf } from '../store/accounts.js';
import { keepIntake } from '../store/intake.js';
import { type AccountPollKey, advancePoll, type ClaimedPoll } from '../store/polls.js';
import type { StepResult } from './contract.js';
import type { ChannelLink, OrderDeps } from './deps.js';
import { refuse } from './intake.js';
import { capabilitiesWith } from './links.js';
import { type CameTo, takeTurn } from './poll-turn.js';
import { bounded } from './receive.js';
import { callVendor } from './vendor-call.js';

/** Payloads of a page, and letters of a cursor, that a connector may bring at most. */
const PAGE_MAX = 1_000;
const CURSOR_MAX = 4_000;
const TOPIC_MAX = 100;
/** Notes of a page that are logged, and letters of each. */
const NOTES_MAX = 20;
const NOTE_LETTERS_MAX = 300;
/** Payloads of a page that are kept at the same time. */
const KEPT_AT_ONCE = 8;

/**
 * Asks an account's channel for orders that are new or changed and keeps each payload as a webhook would have brought it, under a
 * lease: one reader per account. The cursor moves only after every payload of a page is kept, so a crash reads the page again,
 * which keeps nothing twice.
 */
export async function pollOrders(deps: OrderDeps, accountId: number): Promise<StepResult> {
  return takeTurn(deps, { accountId, kind: 'orders' }, async (poll, callMs) => {
    const { link, connector } = polled(await deps.links.channel({ id: accountId }), accountId);
    const everyMs = await pollEveryMs(deps, accountId);
    if (!capabilitiesWith(connector, link.account.settings).poll) return { text: 'is not asked', nextMs: everyMs };
    return readOrders(deps, { link, ask: connector.pollOrders.bind(connector), everyMs }, poll, callMs);
  });
}

/** Errors: ACCOUNT_MISCONFIGURED, class `permanent`, where its channel cannot be asked for orders. */
function polled(link: ChannelLink | null, accountId: number) {
  const { connector } = link ?? {};
  if (!link || !canBePolled(connector)) {
    const message = `expected a channel that is asked for orders, account ${link?.code ?? accountId} has none`;
    throw new HeadgateError('ACCOUNT_MISCONFIGURED', 'permanent', message);
  }
  return { link, connector };
}

type Polled = ChannelConnector & Required<Pick<ChannelConnector, 'pollOrders'>>;
const canBePolled = (connector: ChannelConnector | null | undefined): connector is Polled =>
  connector?.pollOrders !== undefined;

async function pollEveryMs(deps: OrderDeps, accountId: number): Promise<number> {
  const seconds = await pollSecondsOf(deps.pool, accountId);
  return seconds === null ? deps.settings.pollOrdersEveryMs : seconds * 1_000;
}

async function readOrders(
  deps: OrderDeps,
  { link, ask, everyMs }: { link: ChannelLink; ask: Polled['pollOrders']; everyMs: number },
  poll: ClaimedPoll<AccountPollKey>,
  callMs: () => number,
): Promise<CameTo> {
  let cursor = poll.cursor;
  let bytes = 0;
  let kept = 0;
  for (let page = 0; page < deps.settings.pollPagesMax && bytes < deps.settings.pollBytesMax; page += 1) {
    const left = callMs();
    if (left < deps.settings.callMsMin) break;
    const read = await callVendor(deps, link, left, (context) => ask(cursor, context));
    checkPage(read, cursor);
    for (const note of read.notes?.slice(0, NOTES_MAX) ?? [])
      deps.log.warn(
        { account: link.code, note: note.slice(0, NOTE_LETTERS_MAX) },
        'a channel was asked, and this was noted',
      );
    kept += await keepPage(deps, link, read.payloads);
    bytes += read.payloads.reduce((sum, { rawBody }) => sum + rawBody.byteLength, 0);
    if (read.cursor !== cursor && !(await advancePoll(deps.pool, poll, read.cursor))) {
      return { text: 'someone else reads', nextMs: everyMs };
    }
    cursor = read.cursor;
    if (!read.more) return { text: `${kept} payloads`, nextMs: everyMs };
  }
  return { text: `${kept} payloads, more to come`, nextMs: 0 };
}

/** Errors: ConnectorError CHANNEL_PAGE_MALFORMED, class `permanent`: what no connector should bring. */
function checkPage({ payloads, cursor, more }: OrderPage, before: string | null): void {
  const problem =
    payloads.length > PAGE_MAX
      ? `expected at most ${PAGE_MAX} payloads, got ${payloads.length}`
      : (cursor?.length ?? 0) > CURSOR_MAX
        ? `expected a cursor of at most ${CURSOR_MAX} letters, got ${cursor?.length}`
        : more && cursor === before
          ? 'expected another cursor where more is to come, got the same'
          : payloads.some(({ topic }) => topic.length === 0 || topic.length > TOPIC_MAX)
            ? `expected topics of 1 to ${TOPIC_MAX} letters`
            : null;
  if (problem !== null) throw new ConnectorError('CHANNEL_PAGE_MALFORMED', 'permanent', problem);
}

/** How many of them are new. */
async function keepPage(deps: OrderDeps, link: ChannelLink, payloads: OrderPage['payloads']): Promise<number> {
  let kept = 0;
  const waiting = [...payloads].reverse();
  const keep = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      if (await keepPayload(deps, link, next)) kept += 1;
  };
  await Promise.all(Array.from({ length: Math.min(KEPT_AT_ONCE, waiting.length) }, keep));
  if (kept > 0) deps.onCommitted?.();
  return kept;
}

/** Whether it is new. One that is too large to keep is set aside without its body: the others go on. */
async function keepPayload(
  deps: OrderDeps,
  link: ChannelLink,
  { topic, deliveryId, rawBody }: OrderPage['payloads'][number],
): Promise<boolean> {
  const { payloadBytesMax } = deps.settings;
  const tooLarge = rawBody.byteLength > payloadBytesMax;
  const now = deps.clock.now();
  const intake = await keepIntake(deps.pool, {
    id: deps.newId(),
    accountId: link.accountId,
    source: 'poll',
    topic,
    dedupeScope: `poll:${link.code}`,
    dedupeKey: bounded(deliveryId),
    fingerprint: createHash('sha256').update(rawBody).digest(),
    headers: {},
    body: tooLarge ? new Uint8Array() : rawBody,
    receivedAt: now,
    nextActionAt: now,
  });
  if (intake === null) return false;
  if (tooLarge) {
    const message = `expected at most ${payloadBytesMax} bytes, got ${rawBody.byteLength} in ${bounded(deliveryId)}`;
    await refuse(deps, intake, [{ code: 'PAYLOAD_TOO_LARGE', message, path: '' }]);
  }
  return true;
}
