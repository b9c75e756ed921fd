/** What a vendor is known to have of one row once its answer is applied. Whole units. */
export type RowTruth =
  /** By its last figure: the answer's, or a later one that came in between. */
  | { readonly kind: 'figure'; readonly onHand: number }
  /** A bare yes to so many units. */
  | { readonly kind: 'yes'; readonly asked: number }
  | { readonly kind: 'no' }
  /** It said nothing of this row. */
  | { readonly kind: 'silent' };

/** One fulfillment that waits for the answer, with what it holds of each row. */
export interface WaitingCheck {
  readonly id: string;
  readonly rows: readonly { readonly key: string; readonly units: number }[];
}

/** `available`: it has all of it; `short`: of some row it has too little; `again`: this answer does not tell. */
export type LiveVerdict = 'available' | 'short' | 'again';

/**
 * What one answer means for everybody who waited for it, the oldest first: the rows are shared out in that order, on top of what is
 * promised for good there (`firm`), so that together they never get more than the vendor has.
 *
 * A bare yes counts only as far as it was asked. A bare no to several at once says that they are too many, not that there is
 * nothing: the newer half goes elsewhere, the older half is asked about again; of one alone it is a no. Pure.
 * Source: DESIGN.md section 3.
 */
export function liveVerdicts(
  checks: readonly WaitingCheck[],
  truths: ReadonlyMap<string, RowTruth>,
  firm: ReadonlyMap<string, number>,
): ReadonlyMap<string, LiveVerdict> {
  const taken = new Map(firm);
  const askers = new Map<string, number>();
  for (const { rows } of checks) for (const { key } of rows) askers.set(key, (askers.get(key) ?? 0) + 1);
  const asked = new Map<string, number>();
  const verdicts = new Map<string, LiveVerdict>();
  for (const { id, rows } of checks) {
    let verdict: LiveVerdict = 'available';
    for (const { key, units } of rows) {
      const place = asked.get(key) ?? 0;
      asked.set(key, place + 1);
      const wanted = (taken.get(key) ?? 0) + units;
      const said = verdictOfRow(truths.get(key) ?? { kind: 'silent' }, wanted, place, askers.get(key) ?? 1);
      if (said === 'short' || verdict === 'available') verdict = said;
    }
    verdicts.set(id, verdict);
    if (verdict === 'available') for (const { key, units } of rows) taken.set(key, (taken.get(key) ?? 0) + units);
  }
  return verdicts;
}

/** `place`: how many older ones asked about the same row; `askers`: how many did in all. */
function verdictOfRow(truth: RowTruth, wanted: number, place: number, askers: number): LiveVerdict {
  switch (truth.kind) {
    case 'figure':
      return wanted <= truth.onHand ? 'available' : 'short';
    case 'yes':
      return wanted <= truth.asked ? 'available' : 'again';
    case 'no':
      return place < Math.floor(askers / 2) ? 'again' : 'short';
    case 'silent':
      return 'again';
  }
}
