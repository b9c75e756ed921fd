import type { Cells } from '../../flat/cells.js';
import type { LineId } from '../../line-id.js';
import type { Acknowledgement } from '../../vendor-documents.js';
import { type DocumentFile, eachRow, lineOf, must, unitCostOf, unitsOf } from './document-rows.js';
import type { AcknowledgementSettings } from './settings.js';

const STATUSES = ['accepted', 'rejected', 'backordered'] as const;
type Status = (typeof STATUSES)[number];
type Line = Acknowledgement['lines'][number];
type Row = Cells<keyof AcknowledgementSettings['columns']>;

/** What is known of one PO so far. */
interface Said {
  at?: string | undefined;
  reference?: string | undefined;
  order?: Acknowledgement['order'];
  readonly lines: Map<number, Line>;
}

/** The acknowledgements of a file, one for each PO; several rows of a line are parts of it. */
export function readAcknowledgements(file: DocumentFile, spec: AcknowledgementSettings): Acknowledgement[] {
  const said = new Map<string, Said>();
  eachRow<keyof AcknowledgementSettings['columns']>(file, spec, (cells, poNumber) => {
    const id = lineOf(cells);
    const line = id === undefined ? undefined : readLine(cells, id, spec);
    const order = id === undefined ? verdictOf(cells) : undefined;
    const head = { at: cells.moment('at'), reference: cells.text('reference') };
    const po = said.get(poNumber) ?? { lines: new Map<number, Line>() };
    said.set(poNumber, po);
    po.at ??= head.at;
    po.reference ??= head.reference;
    if (order) po.order ??= order;
    if (line) po.lines.set(line.lineNo, together(po.lines.get(line.lineNo), line));
  });
  return [...said].map(([poNumber, { at, reference, order, lines }]) => ({
    ...{ kind: 'acknowledgement', poNumber, vendorReference: reference ?? poNumber, at: at ?? file.seenAt },
    lines: [...lines.values()],
    ...(order ? { order } : {}),
  }));
}

function readLine(cells: Row, id: LineId, spec: AcknowledgementSettings): Line {
  const counts = countsOf(cells, id, spec);
  const until = cells.moment('until');
  const [unitCost, shipBy] = [unitCostOf(cells, 'unitCost', id, spec), cells.moment('shipBy')];
  const isChanged = counts.accepted > 0 && (unitCost !== undefined || shipBy !== undefined);
  const reason = cells.text('reason');
  const isWhole = counts.rejected === 0 && counts.backordered === 0;
  return {
    ...{ lineNo: id.lineNo, accepted: counts.accepted, rejected: counts.rejected },
    ...(counts.backordered > 0 ? { backordered: { quantity: counts.backordered, ...(until ? { until } : {}) } } : {}),
    ...(isChanged
      ? { changed: { ...(unitCost === undefined ? {} : { unitCost }), ...(shipBy === undefined ? {} : { shipBy }) } }
      : {}),
    ...(reason === undefined || isWhole ? {} : { reason }),
  };
}

function countsOf(cells: Row, id: LineId, spec: AcknowledgementSettings): Readonly<Record<Status, number>> {
  const told = STATUSES.map((status) => [status, unitsOf(cells, status, id, spec)] as const);
  const none = { accepted: 0, rejected: 0, backordered: 0 };
  if (told.some(([, units]) => units !== undefined))
    return { ...none, ...Object.fromEntries(told.map(([status, units]) => [status, units ?? 0])) };
  const status = statusOf(cells);
  return { ...none, [status]: must(unitsOf(cells, 'quantity', id, spec), cells, 'quantity') };
}

function statusOf(cells: Row): Status {
  const text = cells.required('status');
  const status = STATUSES.find((one) => one === text);
  if (status !== undefined) return status;
  throw cells.unreadable('status', `one of ${STATUSES.join(', ')}`, text);
}

function verdictOf(cells: Row): NonNullable<Acknowledgement['order']> {
  const verdict = statusOf(cells);
  if (verdict === 'backordered') throw cells.unreadable('line', 'the line that is backordered', '');
  const reason = cells.text('reason');
  return { verdict, ...(verdict === 'accepted' || reason === undefined ? {} : { reason }) };
}

/** Two parts of a line; of two words on the same thing the later one counts. */
function together(first: Line | undefined, second: Line): Line {
  if (first === undefined) return second;
  const backordered = (first.backordered?.quantity ?? 0) + (second.backordered?.quantity ?? 0);
  const until = second.backordered?.until ?? first.backordered?.until;
  return {
    ...{ ...first, ...second },
    ...{ accepted: first.accepted + second.accepted, rejected: first.rejected + second.rejected },
    ...(backordered === 0 ? {} : { backordered: { quantity: backordered, ...(until === undefined ? {} : { until }) } }),
    ...(first.changed || second.changed ? { changed: { ...first.changed, ...second.changed } } : {}),
  };
}
