import { STOCK_LEVELS_MAX } from '../connectors/channel.js';
import { HeadgateError } from '../model/errors.js';
import type { EventType } from '../model/events.js';
import { systemViewer } from '../model/viewer.js';
import { type Availability, createAvailability } from '../stock/availability.js';
import { createSupplyReader } from '../stock/supply-reader.js';
import { levelsAfter, levelsOf, noteLevels, stockCapOf, type ToldLevel } from '../store/account-stock.js';
import { CursorInvalid, CursorPruned } from '../store/event-cursor.js';
import { logBounds, productOfStock, readEvents } from '../store/event-log.js';
import { type AccountPollKey, advancePoll, type ClaimedPoll } from '../store/polls.js';
import type { StepResult } from './contract.js';
import type { ChannelLink, OrderDeps } from './deps.js';
import { capabilitiesWith } from './links.js';
import { type CameTo, takeTurn } from './poll-turn.js';
import { callVendor } from './vendor-call.js';

/** Batches of one turn; what is left is published by the next, at once. */
const BATCHES_MAX = 40;
/** Events of the log that one turn reads at most. */
const PAGES_MAX = 10;
const PAGE = 1_000;
/** When it is looked again whether an account wants stock whose settings say that it does not. */
const UNWANTED_MS = 60_000;
/** Letters of a note that are logged. */
const NOTE_LETTERS_MAX = 300;
/** SKUs that are named in the log at once. */
const NAMED_MAX = 20;

const STOCK: readonly EventType[] = ['stock.changed', 'stock.repaired', 'catalogue.changed', 'network.changed'];

/**
 * How far publishing has come, as the poll's cursor keeps it. `position`: events of the log up to it are in what was told; `pass`: all
 * SKUs are gone through, in `full` told whatever was told before, after SKU `after`; `fullAt`: when that last began.
 */
interface Progress {
  readonly position: string;
  readonly pass: 'full' | 'changed' | null;
  readonly after: string | null;
  readonly fullAt: string;
}

/**
 * Publishes to an account's channel what may be sold: SKUs whose number changed since it was last told, and every so often all of them.
 * Changes within the time between two turns are told as one. Numbers are absolute, so what is told twice after a crash does no harm.
 */
export async function publishStock(deps: OrderDeps, accountId: number): Promise<StepResult> {
  return takeTurn(deps, { accountId, kind: 'levels' }, async (poll, callMs) => {
    const link = await deps.links.channel({ id: accountId });
    if (!link?.connector?.publishStock) {
      const message = `expected a channel that takes stock levels, account ${link?.code ?? accountId} has none`;
      throw new HeadgateError('ACCOUNT_MISCONFIGURED', 'permanent', message);
    }
    const { duties } = capabilitiesWith(link.connector, link.account.settings);
    if (!duties.some(({ kind }) => kind === 'report_stock')) return { text: 'is not told', nextMs: UNWANTED_MS };
    return new Turn(deps, link, poll, callMs, await stockCapOf(deps.pool, accountId)).run();
  });
}

class Turn {
  private readonly availability: Availability;
  private batches = 0;
  private published = 0;

  constructor(
    private readonly deps: OrderDeps,
    private readonly link: ChannelLink,
    private readonly poll: ClaimedPoll<AccountPollKey>,
    private readonly callMs: () => number,
    private readonly cap: number | null,
  ) {
    const { pool, clock } = deps;
    const rulesOf = (version: number) => deps.rulesOf(pool, version);
    this.availability = createAvailability({ supply: createSupplyReader(pool, clock), rulesOf, clock });
  }

  async run(): Promise<CameTo> {
    const { pool, settings } = this.deps;
    let progress = await this.begin();
    if (progress.pass === null) progress = await this.changes(progress);
    while (progress.pass !== null) {
      if (!this.hasRoom) return this.cameTo(0);
      const levels = await levelsAfter(pool, this.link.accountId, progress.after, STOCK_LEVELS_MAX);
      await this.publish(levels, progress.pass === 'full');
      const last = levels.length < STOCK_LEVELS_MAX ? null : (levels.at(-1)?.sku ?? null);
      progress = { ...progress, pass: last === null ? null : progress.pass, after: last };
      if (!(await this.keep(progress))) break;
    }
    return this.cameTo(settings.publishStockEveryMs);
  }

  private get hasRoom(): boolean {
    return this.batches < BATCHES_MAX && this.callMs() >= this.deps.settings.callMsMin;
  }

  private cameTo(nextMs: number): CameTo {
    return { text: `${this.published} SKUs published`, nextMs };
  }

  private keep(progress: Progress): Promise<boolean> {
    return advancePoll(this.deps.pool, this.poll, JSON.stringify(progress));
  }

  /** Where it goes on; from the beginning where it never was there, or where the last time is long ago. */
  private async begin(): Promise<Progress> {
    const now = this.deps.clock.now();
    // Written by `keep` alone.
    const before = this.poll.cursor === null ? null : (JSON.parse(this.poll.cursor) as Progress);
    const fullMs = before === null ? 0 : Date.parse(before.fullAt) + this.deps.settings.publishAllEveryMs;
    return before !== null && (before.pass !== null || fullMs > now.getTime()) ? before : this.all('full', now);
  }

  private async all(pass: 'full' | 'changed', fullAt: Date): Promise<Progress> {
    const { head } = await logBounds(this.deps.pool);
    return { position: head.toString(), pass, after: null, fullAt: fullAt.toISOString() };
  }

  /** Tells of products whose stock changed; where that may be any of them, all are gone through. */
  private async changes(progress: Progress): Promise<Progress> {
    const changed = await this.changedSince(BigInt(progress.position));
    if (changed === 'any') return this.all('changed', new Date(progress.fullAt));
    const levels = await levelsOf(this.deps.pool, this.link.accountId, changed.productIds);
    for (let from = 0; from < levels.length; from += STOCK_LEVELS_MAX) {
      // All of them are compared again rather than some forgotten.
      if (!this.hasRoom) return this.all('changed', new Date(progress.fullAt));
      await this.publish(levels.slice(from, from + STOCK_LEVELS_MAX), false);
    }
    const next = { ...progress, position: changed.next.toString() };
    await this.keep(next);
    return next;
  }

  private async changedSince(
    position: bigint,
  ): Promise<'any' | { readonly productIds: readonly number[]; readonly next: bigint }> {
    const productIds = new Set<number>();
    let after = position;
    try {
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const read = await readEvents(this.deps.pool, null, { after, limit: PAGE, types: STOCK });
        for (const { type, aggregateId, payload } of read.events) {
          if (type === 'network.changed' || payload.all === true) return 'any';
          if (type === 'catalogue.changed')
            for (const id of payload.productIds as readonly number[]) productIds.add(id);
          else productIds.add(productOfStock(aggregateId));
        }
        after = read.next;
        if (read.next >= read.head) return { productIds: [...productIds], next: after };
      }
    } catch (error) {
      if (!(error instanceof CursorPruned || error instanceof CursorInvalid)) throw error;
    }
    return 'any';
  }

  /** Tells of those whose number is another now; in full of all, also of those that the channel did not have. */
  private async publish(before: readonly ToldLevel[], inFull: boolean): Promise<void> {
    if (before.length === 0) return;
    const { deps, link, cap } = this;
    const question = { skus: before.map(({ sku }) => sku), destination: null, accountCode: link.code };
    const answers = await this.availability.ask(systemViewer('publish'), question);
    const levels = answers.flatMap(({ sku, promised }, at) => {
      const available = Math.min(promised?.available ?? 0, cap ?? Number.MAX_SAFE_INTEGER);
      const known = before[at];
      return inFull || (known?.told !== available && !known?.unknown) ? [{ sku, available }] : [];
    });
    const asOf = answers[0]?.asOf ?? deps.clock.now();
    if (levels.length === 0) return;
    this.batches += 1;
    const { unknownSkus, notes = [] } = await callVendor(deps, link, this.callMs(), async (context) => {
      const connector = link.connector;
      if (!connector?.publishStock) throw new Error(`expected account ${link.code} to take stock levels`);
      return connector.publishStock({ asOf: asOf.toISOString(), levels }, context);
    });
    await noteLevels(deps.pool, link.accountId, { levels, at: deps.clock.now() }, new Set(unknownSkus));
    this.published += levels.length;
    if (unknownSkus.length === 0) return;
    const facts = { account: link.code, count: unknownSkus.length, skus: unknownSkus.slice(0, NAMED_MAX) };
    const said = notes.slice(0, NAMED_MAX).map((note) => note.slice(0, NOTE_LETTERS_MAX));
    deps.log.warn({ ...facts, notes: said }, 'a channel does not have SKUs whose stock it was told');
  }
}
