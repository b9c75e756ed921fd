import type { DocumentPage, VendorDocument } from '../connectors/vendor-documents.js';
import { ConnectorError, errorChain } from '../model/errors.js';
import { openDeadLetter } from '../store/dead-letters.js';
import { findPurchaseOrders } from '../store/orders.js';
import { advancePoll, type ClaimedPoll, type VendorPollKey } from '../store/polls.js';
import { stockQuestion } from '../store/stock-feeds.js';
import { applyStockReport } from '../store/stock-reports.js';
import type { StepResult } from './contract.js';
import type { OrderDeps, VendorLink } from './deps.js';
import { applyDocuments } from './documents.js';
import { isOurMistake } from './failure.js';
import { type CameTo, takeTurn } from './poll-turn.js';
import { callVendor } from './vendor-call.js';

/** Orders whose documents of one page are applied at the same time. */
const CONCURRENCY = 16;
/** Documents for PO numbers that are not ours, named in the log per page; the rest is counted. */
const STRANGERS_NAMED_MAX = 20;

/**
 * Reads what a vendor has to say (its documents since the cursor, or its stock) and applies what is new, under a lease: one
 * reader per vendor and kind. The cursor moves only after a page was applied, so a crash reads it again, which changes nothing
 * twice.
 */
export async function pollVendor(deps: OrderDeps, vendorId: number, kind: VendorPollKey['kind']): Promise<StepResult> {
  return takeTurn(deps, { vendorId, kind }, async (poll, callMs) => {
    const link = await deps.links.vendor(vendorId);
    return kind === 'documents' ? readDocuments(deps, link, poll, callMs) : readStock(deps, link, callMs());
  });
}

async function readDocuments(
  deps: OrderDeps,
  link: VendorLink,
  poll: ClaimedPoll<VendorPollKey>,
  callMs: () => number,
): Promise<CameTo> {
  let cursor = poll.cursor;
  let documents = 0;
  const soon = () => ({ text: `${documents} documents, more to come`, nextMs: 0 });
  for (let page = 0; page < deps.settings.pollPagesMax; page += 1) {
    const left = callMs();
    if (left < deps.settings.callMsMin) return soon();
    const read = await callVendor(deps, link, left, (context) => link.connector.pullDocuments(cursor, context));
    await applyPage(deps, link, read);
    documents += read.documents.length;
    if (read.cursor !== cursor && !(await advancePoll(deps.pool, poll, read.cursor))) {
      return { text: 'someone else reads', nextMs: deps.settings.pollDocumentsEveryMs };
    }
    cursor = read.cursor;
    if (!read.more) return { text: `${documents} documents`, nextMs: deps.settings.pollDocumentsEveryMs };
  }
  return soon();
}

/** Each PO's documents in the vendor's order; different orders side by side. */
async function applyPage(deps: OrderDeps, link: VendorLink, page: DocumentPage): Promise<void> {
  const byNumber = new Map<string, VendorDocument[]>();
  for (const document of page.documents) {
    const own = byNumber.get(document.poNumber) ?? [];
    own.push(document);
    byNumber.set(document.poNumber, own);
  }
  const named = page.unreadable.flatMap(({ poNumber }) => poNumber ?? []);
  const known = await findPurchaseOrders(deps.pool, link.vendorId, [...new Set([...byNumber.keys(), ...named])]);
  const strangers = [...byNumber.keys()].filter((poNumber) => !known.has(poNumber));
  if (strangers.length > 0) {
    const named = strangers.slice(0, STRANGERS_NAMED_MAX).map((poNumber) => poNumber.slice(0, 60));
    const facts = { vendorId: link.vendorId, count: strangers.length, poNumbers: named };
    deps.log.warn(facts, 'a vendor speaks of purchase orders that are not ours');
  }
  const waiting = [...known].filter(([poNumber]) => byNumber.has(poNumber));
  const apply = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [poNumber, subject] = next;
      const said = { vendorReference: null, documents: byNumber.get(poNumber) ?? [] };
      await applyOrSetAside(deps, subject, said, link.code);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, waiting.length) }, apply));
  for (const { poNumber, problem } of page.unreadable) {
    const subject = poNumber === null ? undefined : known.get(poNumber);
    const error = new ConnectorError(
      'VENDOR_DOCUMENT_MALFORMED',
      'permanent',
      `the vendor said of this PO: ${problem}`,
    );
    deps.log.error({ vendorId: link.vendorId, poNumber, problem }, 'a vendor said what is not of its protocol');
    if (subject) await setAside(deps, subject.fulfillmentId, error);
  }
}

/** A document that breaks a rule of ours must not hold up the vendor's others: its PO is set aside, and looked up on replay. */
async function applyOrSetAside(
  deps: OrderDeps,
  subject: { readonly orderId: string; readonly fulfillmentId: string },
  said: { readonly vendorReference: null; readonly documents: readonly VendorDocument[] },
  vendorCode: string,
): Promise<void> {
  try {
    await applyDocuments(deps, subject, said, `vendor:${vendorCode}`);
  } catch (error) {
    if (!isOurMistake(error)) throw error;
    deps.log.error({ ...subject, error: errorChain(error) }, 'a document could not be applied');
    await setAside(deps, subject.fulfillmentId, error);
  }
}

/** Sets a PO aside for a person; a replay looks it up at the vendor. */
async function setAside(deps: OrderDeps, fulfillmentId: string, error: unknown): Promise<void> {
  await openDeadLetter(deps.pool, {
    id: deps.newId(),
    step: 'dispatch',
    subjectId: fulfillmentId,
    errors: errorChain(error),
    attempts: 1,
    at: deps.clock.now(),
  });
}

async function readStock(deps: OrderDeps, link: VendorLink, callMs: number): Promise<CameTo> {
  const requestedAt = deps.clock.now();
  const question = await stockQuestion(deps.pool, link.vendorId, requestedAt);
  const report = await callVendor(deps, link, callMs, (context) => link.connector.pullStock(context, question));
  const result = await applyStockReport(deps.pool, {
    ...{ vendorId: link.vendorId, report, newId: deps.newId, now: deps.clock.now(), requestedAt },
  });
  deps.onCommitted?.();
  const { state, reason, snapshotWanted, shortages, rowsUnknown, rowsContradicted } = result;
  if (result.restartSuspected) {
    deps.log.error(
      { vendor: link.code },
      "a vendor's numbers fell back: if they begin again, headgate stock reports restart",
    );
  }
  if (
    reason !== null ||
    snapshotWanted !== null ||
    shortages.some(({ grew }) => grew) ||
    rowsUnknown + rowsContradicted > 0
  ) {
    const facts = { vendorId: link.vendorId, reportId: result.reportId, state, reason, snapshotWanted, rowsUnknown };
    deps.log.warn({ ...facts, rowsContradicted, rowsShort: shortages.length }, 'a stock report needs attention');
  }
  // A gap is closed at once where the vendor was asked for changes; one that was asked for everything is not asked again.
  const more = snapshotWanted !== null && question.after !== null;
  const text = `${state}: ${result.rowsChanged} of ${result.rowsReceived} stock rows changed`;
  return { text, nextMs: more ? 0 : deps.settings.pollStockEveryMs };
}
