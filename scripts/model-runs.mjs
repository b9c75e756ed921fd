// What is asked of the model of docs/formal, run by run.

const TWICE = 'nothing is promised twice';
const OTHER = 'the other SKU is as its vendor says';
const OLDER = 'nothing older replaces a newer figure';
const NEVER = 'the situation never comes about';

/** Name, flags of the model (its #ifdefs and bounds), what it says: searched to the end, and nothing may be violated. */
const INTACT = [
  ['protocol', 'REPORTS=2', 'two reports that come in any order'],
  ['live', 'REPORTS=1 LAST=3 LIVE', 'a report, and an answer to a live question beside it'],
  ['others', 'REPORTS=1 COPIES=2 OTHERS', 'a report that comes twice, and others who buy or deliver'],
];

/** Rules broken on purpose, one each, with the invariant that must fail. */
const BROKEN = [
  ['row-lock', 'REPORTS=1 NO_ROW_LOCK', 'what is left is read without a lock and believed', TWICE],
  ['arrival', 'REPORTS=1 BY_ARRIVAL', 'a report counts as of its arrival', TWICE],
  ['declaration', 'REPORTS=1 WRONG_DECLARATION', 'subtracts at shipment, treated as at acceptance', TWICE],
  ['clears', 'REPORTS=1 PARTIAL_IS_WHOLE', 'a partial report clears another SKU', OTHER],
  ['names', 'REPORTS=1 PARTIAL_REFLECTS', 'a report reflects units of a SKU that it does not name', TWICE],
  ['older', 'REPORTS=2 NO_ORDER', 'an older report overwrites a newer one', OLDER],
  ['lag', 'REPORTS=1 NO_LAG', "the feed's lag is left out", TWICE],
  ['skew', 'REPORTS=1 NO_SKEW', "the vendor's clock is trusted", TWICE],
  ['unnoted', 'REPORTS=1 NOT_NOTED', 'nobody notes what the feed subtracts', 'nothing stays counted twice'],
  ['again', 'REPORTS=1 COPIES=2 REFLECTS_AGAIN', 'a report that comes twice reflects twice', 'the counters add up'],
  ['expiry', 'REPORTS=1 EXPIRES_CONFIRMED', 'a confirmed hold runs out', 'what a vendor was sent keeps its units'],
  ['unguarded', 'REPORTS=1 LAST=3 LIVE UNGUARDED', 'a whole report is taken while an answer is applied', OLDER],
];

/** What must be able to happen, lest the invariants hold because nothing does: sought as a violation of its opposite. */
const SEEN = [
  ['early', 'REPORTS=1 SEE_REFLECTED_EARLY', 'units are reflected before they ship'],
  ['promised-again', 'REPORTS=1 SEE_PROMISED_AGAIN', 'the unit of a rejected PO is promised again'],
  ['counted-twice', 'REPORTS=1 SEE_COUNTED_TWICE', 'a shipped unit counts twice until a report surely has it'],
  ['untouched', 'REPORTS=1 SEE_CONFIRMED_UNTOUCHED', 'a whole report confirms a figure and leaves its row alone'],
  ['short', 'REPORTS=1 SEE_SHORT OTHERS', 'the vendor sells what was promised: a shortage'],
];

const FOLLOWED = 'what follows the word is taken';

/** Of a feed whose numbers begin again: kind, name, flags, what it says, and the invariant that must fail. */
const SERIES = [
  ['intact', 'series', [], 'nine numbered reports in any order; the numbers begin again', null],
  ['broken', 'unraised', ['NOT_RAISED'], 'the new numbers are not counted behind the old', FOLLOWED],
  ['broken', 'momentless', ['NO_MOMENT'], 'late reports of the old numbers count as new ones', OLDER],
  ['broken', 'newest-alone', ['NEWEST_ALONE'], 'what was made after the newest that came counts as new', FOLLOWED],
  [
    'broken',
    'newest-back',
    ['NEWEST_BACK'],
    'the moment of the newest goes back with a number that came before',
    OLDER,
  ],
  ['broken', 'uncapped', ['NOT_CAPPED'], 'late reports of the old numbers pass what was taken', FOLLOWED],
  ['seen', 'restarted', ['SEE_RESTARTED'], 'numbers fall back, and a person says that they begin again', NEVER],
];

const PROTOCOL = 'stock-protocol.pml';
/** All runs: the `model` in docs/formal; `violates` names the invariant that must fail, null where none may. */
export const RUNS = [
  ...INTACT.map(([name, flags, says]) => ({ kind: 'intact', name, flags, says, violates: null })),
  ...BROKEN.map(([name, flags, says, violates]) => ({ kind: 'broken', name, flags, says, violates })),
  ...SEEN.map(([name, flags, says]) => ({ kind: 'seen', name, flags, says, violates: NEVER })),
]
  .map((run) => ({ model: PROTOCOL, ...run, flags: run.flags.split(' ') }))
  .concat(
    SERIES.map(([kind, name, flags, says, violates]) => ({
      model: 'feed-series.pml',
      kind,
      name,
      flags,
      says,
      violates,
    })),
  );
