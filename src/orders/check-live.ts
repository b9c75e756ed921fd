import { ConnectorError, errorChain, HeadgateError } from '../model/errors.js';
import type { AvailabilityAnswer, AvailabilityAnswerRow } from '../model/stock-report.js';
import { AVAILABILITY_ROWS_MAX } from '../model/stock-report.js';
import { openDeadLetter } from '../store/dead-letters.js';
import { type AskedRow, type JudgedCheck, recordLiveAnswer } from '../store/live-answers.js';
import {
  type ClaimedCheck,
  type ClaimedQuestion,
  claimLiveChecks,
  firmRows,
  type HeldRow,
  noteAsked,
  oldestFigures,
  releaseLiveChecks,
  vendorOfCheck,
} from '../store/live-checks.js';
import { retryAt } from './backoff.js';
import type { StepResult } from './contract.js';
import type { OrderDeps, VendorLink } from './deps.js';
import { classOf, isOurMistake } from './failure.js';
import { settleAvailable, settleShort, settleSilent } from './settle-check.js';
import { callVendor } from './vendor-call.js';

/** Questions that one run asks a vendor, one after another; what is left is found by the next. */
const ROUNDS_MAX = 50;
/** Orders of one answer that are settled side by side. */
const SETTLED_AT_ONCE = 16;
/** A check whose asker vanished is asked about once more though its time is up, so often at most. */
const ABANDONED_ASKS_MAX = 3;
/** While a person is to decide, the vendor is still asked so often. */
const REVIEW_ASK_MS = 300_000;
const UNITS_MAX = 1_000_000_000;

/**
 * Asks the vendor of a check about everything that waits for its word, as few questions as that takes, and lets each order go on by
 * what was said: committed, or decided anew. Without an answer by the deadline the vendor's policy decides, so that no order waits
 * for ever.
 *
 * Under a lease, no transaction is open while the vendor is asked, and running it again changes nothing: an answer is stored with
 * what it means for each check before any order moves. Source: DESIGN.md section 3.
 */
export async function checkLive(deps: OrderDeps, checkId: string): Promise<StepResult> {
  const vendorId = await vendorOfCheck(deps.pool, checkId);
  if (vendorId === null) return { outcome: 'nothing', note: 'settled, or no such check' };
  const { leaseMs, leaseMarginMs: marginMs, checkQuestionsMax: questionsMax } = deps.settings;
  let questions = 0;
  while (questions < ROUNDS_MAX) {
    const sinceMs = deps.monotonicMs();
    const question = await claimLiveChecks(deps.pool, {
      ...{ vendorId, leaseMs, marginMs, questionsMax, now: deps.clock.now(), token: deps.newId() },
    });
    if (question === null) break;
    questions += 1;
    await workOn(deps, question, sinceMs);
  }
  if (questions === 0) return { outcome: 'nothing', note: 'nothing is due, or others ask' };
  return { outcome: 'done', note: `${questions} questions` };
}

/** What is to become of one check now. */
type Course =
  | { readonly to: 'available' | 'short'; readonly record: JudgedCheck['record'] }
  | { readonly to: 'silent' }
  | { readonly to: 'wait'; readonly until: Date };

async function workOn(deps: OrderDeps, question: ClaimedQuestion, sinceMs: number): Promise<void> {
  const now = deps.clock.now();
  const courses = new Map<string, Course>();
  const toAsk: ClaimedCheck[] = [];
  for (const check of question.checks) {
    if (check.verdict !== null && check.answer !== null) {
      courses.set(check.id, { to: check.verdict, record: check.answer });
    } else if (!question.paused && (check.silentSince !== null || check.deadlineAt > now || isOwedAQuestion(check))) {
      toAsk.push(check);
    } else courses.set(check.id, unanswered(check, now, now));
  }
  if (toAsk.length > 0) for (const [id, course] of await ask(deps, question, toAsk, sinceMs)) courses.set(id, course);
  await settleAll(deps, question, courses);
}

/** Its time is up, and it was never asked about, or whoever asked has vanished before the answer was known. */
function isOwedAQuestion(check: ClaimedCheck): boolean {
  return check.asks === 0 || (check.abandoned && check.asks < ABANDONED_ASKS_MAX);
}

/** No answer: it is asked about again at `again`, or its time is up. */
function unanswered(check: ClaimedCheck, now: Date, again: Date): Course {
  if (check.silentSince !== null) return { to: 'wait', until: new Date(now.getTime() + REVIEW_ASK_MS) };
  if (check.deadlineAt <= now) return { to: 'silent' };
  return { to: 'wait', until: again < check.deadlineAt ? again : check.deadlineAt };
}

/** One question about all of these checks, and what follows for each. Nothing where the lease is no longer ours. */
async function ask(
  deps: OrderDeps,
  question: ClaimedQuestion,
  checks: readonly ClaimedCheck[],
  sinceMs: number,
): Promise<ReadonlyMap<string, Course>> {
  const { vendorId, token } = question;
  const rows = await askedRows(deps, checks);
  const askedAt = deps.clock.now();
  const ids = checks.map((check) => check.id);
  if (!(await noteAsked(deps.pool, token, ids, askedAt))) return new Map();
  await deps.checkpoint?.('claimed', token);
  const until = sinceMs + callMsOf(deps, checks, askedAt);
  let said: AvailabilityAnswer;
  try {
    const link = await deps.links.vendor(vendorId);
    said = await askVendor(deps, link, rows, () => until - deps.monotonicMs());
  } catch (error) {
    if (!(error instanceof HeadgateError)) throw error;
    await deps.checkpoint?.('answered', token);
    return noAnswer(deps, question, checks, error);
  }
  await deps.checkpoint?.('answered', token);
  const now = deps.clock.now();
  const judged = await recordLiveAnswer(deps.pool, {
    ...{ vendorId, token, askedAt, now, asOf: said.asOf, newId: deps.newId },
    rows: understood(rows, said.rows),
  });
  deps.onCommitted?.();
  const courses = new Map<string, Course>();
  for (const check of checks) {
    const found = judged.get(check.id);
    // Settled meanwhile, or asked about by somebody else.
    if (found === undefined) continue;
    const { verdict, record } = found;
    if (verdict !== 'again') courses.set(check.id, { to: verdict, record });
    else {
      // A bare answer that did not tell enough is asked for at once; a row that was passed over is tried again later.
      const passedOver = record.rows.some((row) => row.said === 'nothing');
      courses.set(check.id, unanswered(check, now, passedOver ? againAt(deps, check, now) : now));
    }
  }
  return courses;
}

/** How long the vendor may take: until the first deadline, and no longer than the lease. */
function callMsOf(deps: OrderDeps, checks: readonly ClaimedCheck[], now: Date): number {
  const { leaseMs, leaseReserveMs, callMsMin } = deps.settings;
  const left = checks
    .filter((check) => check.silentSince === null)
    .map((check) => Math.max(callMsMin, check.deadlineAt.getTime() - now.getTime()));
  return Math.min(leaseMs - leaseReserveMs, ...left);
}

function againAt(deps: OrderDeps, check: ClaimedCheck, now: Date, retryAfterMs?: number): Date {
  return retryAt(now, check.asks + 1, { ...deps.settings, random: deps.random, retryAfterMs });
}

function noAnswer(
  deps: OrderDeps,
  question: ClaimedQuestion,
  checks: readonly ClaimedCheck[],
  error: HeadgateError,
): ReadonlyMap<string, Course> {
  const now = deps.clock.now();
  const { code } = error;
  deps.log.warn({ vendorId: question.vendorId, code, checks: checks.length }, 'a live question got no answer');
  const errorClass = classOf(error);
  const hopeless = errorClass === 'unauthorized' || errorClass === 'permanent' || errorClass === 'bug';
  return new Map(
    checks.map((check): [string, Course] => {
      if (hopeless && check.silentSince === null) return [check.id, { to: 'silent' }];
      return [check.id, unanswered(check, now, againAt(deps, check, now, error.options.retryAfterMs))];
    }),
  );
}

/** A row of the question: what is asked about it, in units and in the vendor's packs. */
interface QuestionRow extends HeldRow {
  readonly asked: number;
  readonly packs: number;
}

/** Each row once: what the checks hold of it, on top of what is promised there for good, so that a bare yes is one to all of it. */
async function askedRows(deps: OrderDeps, checks: readonly ClaimedCheck[]): Promise<QuestionRow[]> {
  const rows = new Map<string, HeldRow>();
  for (const row of checks.flatMap((check) => check.rows)) {
    const key = `${row.nodeId} ${row.productId}`;
    rows.set(key, { ...row, units: row.units + (rows.get(key)?.units ?? 0) });
  }
  const held = [...rows.values()];
  const firm = new Map(
    (await firmRows(deps.pool, held)).map((row) => [`${row.nodeId} ${row.productId}`, row.firm] as const),
  );
  return held.map((row) => {
    const units = row.units + (firm.get(`${row.nodeId} ${row.productId}`) ?? 0);
    const packs = Math.ceil(units / row.unitsPerPack);
    return { ...row, packs, asked: packs * row.unitsPerPack };
  });
}

/** Asks, in as many calls as the rows take; together they are as of the earliest. */
async function askVendor(
  deps: OrderDeps,
  link: VendorLink,
  rows: readonly QuestionRow[],
  leftMs: () => number,
): Promise<AvailabilityAnswer> {
  const said: AvailabilityAnswerRow[] = [];
  let asOf: string | null = null;
  for (let from = 0; from < rows.length; from += AVAILABILITY_ROWS_MAX) {
    const part = rows.slice(from, from + AVAILABILITY_ROWS_MAX);
    const answer = await callVendor(deps, link, Math.max(1, leftMs()), async (context) => {
      const { connector } = link;
      if (connector.checkAvailability === undefined)
        throw new ConnectorError('VENDOR_CANNOT_BE_ASKED', 'permanent', `vendor ${link.code} takes no live questions`);
      return connector.checkAvailability(
        { rows: part.map(({ nodeCode, vendorSku, packs }) => ({ nodeCode, vendorSku, packs })) },
        context,
      );
    });
    if (answer.asOf !== null && Number.isNaN(Date.parse(answer.asOf)))
      throw new ConnectorError('VENDOR_ANSWER_MALFORMED', 'transient', `vendor ${link.code} answered as of no moment`);
    if (answer.asOf !== null && (asOf === null || Date.parse(answer.asOf) < Date.parse(asOf))) asOf = answer.asOf;
    said.push(...answer.rows);
  }
  return { asOf, rows: said };
}

/** The answer in our ids and units. */
function understood(rows: readonly QuestionRow[], said: readonly AvailabilityAnswerRow[]): AskedRow[] {
  const byName = new Map(said.map((row) => [JSON.stringify([row.nodeCode, row.vendorSku]), row]));
  return rows.map(({ nodeId, nodeCode, productId, vendorSku, unitsPerPack, asked }) => {
    const row = byName.get(JSON.stringify([nodeCode, vendorSku]));
    if (row === undefined) return { nodeId, productId, asked, said: null };
    if (row.kind !== 'figure') return { nodeId, productId, asked, said: { kind: row.kind } };
    const onHand = Math.min(UNITS_MAX, Math.max(0, Math.floor(row.onHand)) * unitsPerPack);
    return { nodeId, productId, asked, said: { kind: 'figure', onHand } };
  });
}

/**
 * Each order goes on by its own course. A mistake of ours with one is set aside and holds up no other; what may pass is thrown once
 * the others are through, and tried again when the lease has run out.
 */
async function settleAll(
  deps: OrderDeps,
  question: ClaimedQuestion,
  courses: ReadonlyMap<string, Course>,
): Promise<void> {
  const silent = [...courses].flatMap(([id, course]) => (course.to === 'silent' ? [id] : []));
  const figures =
    silent.length > 0 ? await oldestFigures(deps.pool, silent, deps.clock.now()) : new Map<string, Date>();
  const released: { id: string; nextActionAt: Date; silentSince?: Date }[] = [];
  const now = deps.clock.now();
  const settle = async (check: ClaimedCheck, course: Course): Promise<void> => {
    if (course.to === 'wait') {
      released.push({ id: check.id, nextActionAt: course.until });
      return;
    }
    const done =
      course.to === 'available'
        ? await settleAvailable(deps, check, course.record)
        : course.to === 'short'
          ? await settleShort(deps, check, course.record)
          : await settleSilent(deps, check, question.policy, figures.get(check.id) ?? null);
    if (done === 'review')
      released.push({ id: check.id, nextActionAt: new Date(now.getTime() + REVIEW_ASK_MS), silentSince: now });
    else if (done === 'again') released.push({ id: check.id, nextActionAt: againAt(deps, check, now) });
  };
  const left = question.checks.flatMap((check) => {
    const course = courses.get(check.id);
    return course ? [{ check, course }] : [];
  });
  const trouble: unknown[] = [];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { check, course } = next;
      try {
        await settle(check, course);
      } catch (error) {
        if (!isOurMistake(error)) {
          trouble.push(error);
          continue;
        }
        deps.log.error({ checkId: check.id, error: errorChain(error) }, 'a live check could not be settled');
        await openDeadLetter(deps.pool, {
          ...{ id: deps.newId(), step: 'check', subjectId: check.id, errors: errorChain(error), attempts: 1 },
          at: deps.clock.now(),
        });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(SETTLED_AT_ONCE, left.length) }, worker));
  await releaseLiveChecks(deps.pool, question.token, released);
  if (trouble.length > 0) throw trouble[0];
}
