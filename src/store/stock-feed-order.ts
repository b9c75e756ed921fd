/** What is known of a vendor's feed when a report comes, and what the vendor declares of it. */
export interface FeedState {
  readonly absentIsZero: boolean;
  readonly reviewPercent: number;
  /** Up to which of the vendor's numbers everything was taken; null: it has not numbered anything yet. */
  readonly position: number | null;
  /** Of the last snapshot that jumped over missing numbers: rows of before it have missed changes. */
  readonly basePosition: number | null;
  /** Of the last change without a number. */
  readonly deltaAsOf: Date | null;
  /** Of the newest whole feed that was taken. */
  readonly begunAsOf: Date | null;
  readonly begunPosition: number | null;
  /** Why a snapshot is wanted, or null. */
  readonly snapshotWanted: string | null;
  /** The highest number that was taken, and the latest moment of those that were the highest; null: it is not known. */
  readonly newest: { readonly position: number; readonly asOf: Date | null } | null;
  /** Reports in a row with a lower number and a later moment than the newest: the numbering may have begun again. */
  readonly fallen: { readonly reports: number; readonly since: Date; readonly to: number } | null;
}

/** What the order of reports depends on. */
export interface ReportFacts {
  readonly kind: 'snapshot' | 'delta';
  readonly asOf: Date;
  /** Why the moment cannot be, or null. */
  readonly impossible: string | null;
  /** The vendor itself gave the moment. */
  readonly isDated: boolean;
  /** The vendor gave some moment, though it may not count. */
  readonly hasMoment: boolean;
  /** Of an earlier snapshot that waits for a person; null: none does. */
  readonly inReview: Date | null;
  readonly position: number | null;
  readonly complete: boolean;
  /** Why not all of it came, or null. */
  readonly truncated: string | null;
  /** Rows of it could not be read, so what it does not list is not known. */
  readonly hasFaults: boolean;
  /** A change without a number that says what one of the same moment said. */
  readonly duplicate: boolean;
  /** Rows in stock now, and how many of them a whole feed would set to zero. */
  readonly inStock: number;
  readonly emptied: number;
  /** A person has looked at it. */
  readonly approved: boolean;
}

/** What becomes of a report, and of the feed. */
export interface Verdict {
  readonly state: 'applying' | 'covered' | 'waiting' | 'review' | 'refused';
  readonly reason: string | null;
  /** It covers every row of the vendor. */
  readonly whole: boolean;
  readonly feed: FeedState;
}

/** A feed that empties fewer rows than this is never held back: small vendors sell out. */
const REVIEW_ROWS_MIN = 3;

/** So many reports in a row make it likely that the vendor numbers them from the beginning again; one may be a mistake. */
export const FALLEN_MIN = 2;

/**
 * Puts a report in its place in the vendor's order. Numbers count where the vendor gives them, else moments.
 *
 * A change is applied only right after the one before; with a gap it waits, and a snapshot is wanted: what is missing is never
 * guessed. A snapshot may come in any order, since rows keep the moment and number of their own figure; a whole one, in which
 * an absent SKU is zero, is applied only when all of it came, and waits for a person when it would empty too much.
 */
export function placeReport(feed: FeedState, report: ReportFacts): Verdict {
  if (report.impossible !== null) return refuseImpossible(feed, report.kind, report.impossible);
  const verdict = report.kind === 'delta' ? placeDelta(feed, report) : placeSnapshot(feed, report);
  return { ...verdict, feed: { ...verdict.feed, ...seriesAfter(feed, report, verdict) } };
}

/** A report of a moment that cannot be tells nothing of the order; changes that it brought are missing. */
function refuseImpossible(feed: FeedState, kind: ReportFacts['kind'], reason: string): Verdict {
  const after = kind === 'delta' ? { ...feed, snapshotWanted: reason } : feed;
  return { state: 'refused', reason, whole: false, feed: after };
}

/**
 * What a numbered report tells of the numbering. A late one has an earlier moment than the newest; one with a lower number and a later
 * moment contradicts the vendor's own order. Once that is likely no accident, a snapshot in order, or a person, ends the doubt.
 */
function seriesAfter(feed: FeedState, report: ReportFacts, verdict: Verdict): Partial<FeedState> {
  const { position, asOf } = report;
  const { newest, fallen } = feed;
  if (position === null) return {};
  const falls = newest !== null && position < newest.position && newest.asOf !== null && asOf > newest.asOf;
  if (falls && report.isDated) {
    return { fallen: { reports: (fallen?.reports ?? 0) + 1, since: fallen?.since ?? asOf, to: position } };
  }
  if (verdict.state !== 'applying' || position < (newest?.position ?? 0)) return {};
  const sure = report.kind === 'snapshot' && report.complete && missingOf(report) === null;
  const latest = newest?.asOf && newest.asOf > asOf ? newest.asOf : asOf;
  return { newest: { position, asOf: latest }, fallen: isDoubtful(feed) && !sure ? fallen : null };
}

/** Whether the vendor's numbers seem to have begun again, so that no later one can be trusted to follow. */
function isDoubtful({ fallen }: FeedState): boolean {
  return fallen !== null && fallen.reports >= FALLEN_MIN;
}

function placeDelta(feed: FeedState, report: ReportFacts): Verdict {
  const { position, asOf } = report;
  const answer = (state: Verdict['state'], reason: string | null, more: Partial<FeedState> = {}): Verdict => ({
    ...{ state, reason, whole: false, feed: { ...feed, ...more } },
  });
  if (position !== null && feed.position !== null && position <= feed.position) {
    return answer('covered', `everything up to ${feed.position} was taken, and this is ${position}`);
  }
  if (position === null && report.duplicate) return answer('covered', 'the same change was taken before');
  if (position === null && feed.begunAsOf !== null && asOf <= feed.begunAsOf) {
    return answer('covered', `a whole feed of ${feed.begunAsOf.toISOString()} was taken`);
  }
  const missing = missingOf(report);
  if (missing !== null) return answer('refused', missing, { snapshotWanted: missing });
  if (position === null) {
    if (!report.hasMoment) {
      const reason = 'changes that have neither a number nor a moment cannot be told from the same ones again';
      return answer('refused', reason, { snapshotWanted: reason });
    }
    if (report.inReview !== null) {
      const reason = `a snapshot of ${report.inReview.toISOString()} waits for a person, and nobody knows what these changes are added to`;
      return answer('refused', reason, { snapshotWanted: reason });
    }
    if (feed.deltaAsOf !== null && asOf <= feed.deltaAsOf) {
      const reason = `changes up to ${feed.deltaAsOf.toISOString()} were applied, and this one, of ${asOf.toISOString()}, has no number`;
      return answer('refused', reason, { snapshotWanted: reason });
    }
    return answer('applying', null, { deltaAsOf: asOf });
  }
  if (feed.position === null) {
    const reason = 'changes came before a snapshot that they could be added to';
    return answer('waiting', reason, { snapshotWanted: reason });
  }
  if (position > feed.position + 1) {
    const reason = `expected the changes of ${feed.position + 1}, got those of ${position}`;
    return answer('waiting', reason, { snapshotWanted: reason });
  }
  if (isDoubtful(feed)) {
    const reason = 'numbers fell back before it: nobody knows which series it continues';
    return answer('waiting', reason, { snapshotWanted: reason });
  }
  return answer('applying', null, { position });
}

function placeSnapshot(feed: FeedState, report: ReportFacts): Verdict {
  const { position, asOf } = report;
  const whole = feed.absentIsZero && report.complete && missingOf(report) === null;
  const answer = (state: Verdict['state'], reason: string | null, more: Partial<FeedState> = {}): Verdict => ({
    ...{ state, reason, whole, feed: { ...feed, ...more } },
  });
  if (feed.absentIsZero && report.truncated !== null) return answer('refused', report.truncated);
  if (!whole) return answer('applying', null, afterSnapshot(feed, report, false));
  const newest = feed.begunPosition !== null && position !== null;
  const older = feed.begunAsOf !== null && asOf < feed.begunAsOf;
  const again = newest && position === feed.begunPosition;
  const behind = newest && !again ? position < (feed.begunPosition ?? 0) : older;
  if (behind || (position !== null && feed.position !== null && position < feed.position)) {
    return answer('covered', 'something later was taken');
  }
  const share = (100 * report.emptied) / Math.max(1, report.inStock);
  if (!report.approved && report.emptied >= REVIEW_ROWS_MIN && share > feed.reviewPercent) {
    const reason = `it would empty ${report.emptied} of ${report.inStock} rows in stock, more than ${feed.reviewPercent} %`;
    return answer('review', reason);
  }
  return answer('applying', null, {
    ...afterSnapshot(feed, report, true),
    ...{ begunAsOf: asOf, begunPosition: position },
  });
}

/** Why some of what the report says is not known, or null. */
export function missingOf(report: Pick<ReportFacts, 'truncated' | 'hasFaults'>): string | null {
  return report.truncated ?? (report.hasFaults ? 'not all rows could be read: ask for everything' : null);
}

/**
 * Where the numbering stands after a snapshot: one that we asked for, or a whole one, stands for all changes up to it. Of one
 * that did not come whole, rows without a figure may have missed changes: it is a base, and everything is wanted.
 */
function afterSnapshot(feed: FeedState, report: ReportFacts, whole: boolean): Partial<FeedState> {
  const { position } = report;
  const missing = missingOf(report);
  const all = whole || (report.complete && missing === null);
  if (position === null) return all ? { snapshotWanted: null } : {};
  const first = feed.position === null;
  const next = feed.position !== null && position === feed.position + 1;
  const jumps =
    feed.position !== null && position > feed.position + 1 && (whole || (all && feed.snapshotWanted !== null));
  const late = feed.position !== null && position < feed.position;
  return {
    ...(first || next || jumps ? { position } : {}),
    ...(first || jumps || (next && missing !== null) ? { basePosition: position } : {}),
    ...(all && !late && (first || next || jumps || position === feed.position) ? { snapshotWanted: null } : {}),
    ...(next && missing !== null ? { snapshotWanted: missing } : {}),
  };
}
