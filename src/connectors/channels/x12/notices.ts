import { formatAmountShort, scaleHalfUp, timesQuantity } from '../../../model/money.js';
import type { ChannelNotice, StockLevels } from '../../channel.js';
import { dateAndTime } from '../../x12/values.js';
import type { OutgoingSet } from '../../x12/write.js';

type Segments = OutgoingSet['segments'][number][];
type Line = ChannelNotice['lines'][number];

const REASON_MAX = 60;
const TRACKING_MAX = 200;

/** What a retailer is told of an order, as the set that says it: 855, 856 or 810. Pure. */
export function toNoticeSet(notice: ChannelNotice): OutgoingSet {
  switch (notice.kind) {
    case 'acknowledge':
      return toAcknowledgement(notice);
    case 'cancel':
      return toCancellation(notice);
    case 'ship':
      return toShipment(notice);
    case 'invoice':
      return toInvoice(notice);
  }
}

/** BAK02: accepted as ordered (AD), with changes (AC), or rejected (RD). */
function toAcknowledgement(notice: Extract<ChannelNotice, { kind: 'acknowledge' }>): OutgoingSet {
  const sum = (of: 'accepted' | 'backordered' | 'rejected') =>
    notice.lines.reduce((total, line) => total + line[of], 0);
  const verdict =
    sum('accepted') + sum('backordered') === 0 ? 'RD' : sum('backordered') + sum('rejected') > 0 ? 'AC' : 'AD';
  const lines = notice.lines.flatMap((line) => [
    item('PO1', line, line.accepted + line.backordered + line.rejected),
    ...ack('IA', line.accepted),
    ...ack('IB', line.backordered),
    ...ack('IR', line.rejected),
    ...words(line.reason),
  ]);
  return { type: '855', segments: [bak('00', verdict, notice), ...lines, ['CTT', notice.lines.length]] };
}

/** Units that will not come after all: a change of what was acknowledged, line by line. */
function toCancellation(notice: Extract<ChannelNotice, { kind: 'cancel' }>): OutgoingSet {
  const lines = notice.lines.flatMap((line) => [item('PO1', line, line.quantity), ...ack('IR', line.quantity)]);
  const segments = [bak('04', 'AC', notice), ...words(notice.reason), ...lines, ['CTT', notice.lines.length]];
  return { type: '855', segments };
}

function toShipment(notice: Extract<ChannelNotice, { kind: 'ship' }>): OutgoingSet {
  const { date, time } = dateAndTime(notice.shippedAt);
  const written = dateAndTime(notice.at);
  const { number, release } = poOf(notice);
  const items = notice.lines.flatMap((line, index) => [
    ['HL', index + 4, 3, 'I'],
    ['LIN', lineId(line), 'VN', line.sku],
    ['SN1', undefined, line.quantity, 'EA'],
  ]);
  return {
    type: '856',
    segments: [
      ['BSN', '00', notice.shipmentId.slice(0, 30), written.date, written.time, '0001'],
      ['HL', 1, undefined, 'S'],
      ['TD5', undefined, '2', notice.carrier, undefined, notice.serviceCode ?? undefined],
      ['DTM', '011', date, time],
      ['HL', 2, 1, 'O'],
      ['PRF', number, release, undefined, placedOn(notice)],
      ['HL', 3, 2, 'P'],
      ...notice.trackingNumbers.slice(0, TRACKING_MAX).map((number) => ['MAN', 'CP', number]),
      ...items,
      ['CTT', notice.lines.length + 3],
    ],
  };
}

function toInvoice(notice: Extract<ChannelNotice, { kind: 'invoice' }>): OutgoingSet {
  const { number, release } = poOf(notice);
  const total = notice.lines.reduce((sum, line) => sum + timesQuantity(line.unitPrice, line.quantity), 0);
  return {
    type: '810',
    segments: [
      ['BIG', dateAndTime(notice.at).date, notice.invoiceNumber.slice(0, 22), placedOn(notice), number, release],
      ['CUR', 'SE', notice.currency],
      ...notice.lines.map((line) => [
        ...['IT1', lineId(line), line.quantity, 'EA', formatAmountShort(line.unitPrice), undefined, 'VN', line.sku],
      ]),
      // In cents, half up.
      ['TDS', scaleHalfUp(total, 1n, 100n)],
      ['CTT', notice.lines.length],
    ],
  };
}

/** What may be sold, as an 846 of these SKUs alone: the others are as they were told. */
export function toStockSet({ asOf, levels }: StockLevels, reference: string): OutgoingSet {
  const { date, time } = dateAndTime(asOf);
  return {
    type: '846',
    segments: [
      ['BIA', '04', 'SI', reference.slice(0, 30), date, time],
      ...levels.flatMap(({ sku, available }, index) => [
        ['LIN', index + 1, 'VN', sku],
        ['QTY', '33', available, 'EA'],
      ]),
      ['CTT', levels.length],
    ],
  };
}

function bak(purpose: string, type: string, notice: ChannelNotice): Segments[number] {
  const { number, release } = poOf(notice);
  const today = dateAndTime(notice.at).date;
  return ['BAK', purpose, type, number, placedOn(notice), release, undefined, undefined, undefined, today];
}

/** The retailer's number, and of a release the release's. */
function poOf({ externalId, customerPoNumber }: ChannelNotice): { number: string; release: string | undefined } {
  const number = customerPoNumber ?? externalId;
  const release = externalId.startsWith(`${number}/`) ? externalId.slice(number.length + 1) : undefined;
  return { number, release };
}

const placedOn = ({ placedAt, at }: ChannelNotice): string => dateAndTime(placedAt ?? at).date;

/** The retailer's own id of the line, as the 850 had it; a line that had none gets its place. */
const lineId = ({ externalLineId }: Line): string => externalLineId.replace(/^#/, '');

const item = (id: 'PO1', line: Line, quantity: number): Segments[number] => [
  ...[id, lineId(line), quantity, 'EA', undefined, undefined, 'VN', line.sku],
];

const ack = (status: string, quantity: number): Segments => (quantity === 0 ? [] : [['ACK', status, quantity, 'EA']]);

const words = (reason: string | null): Segments =>
  reason === null || reason.trim() === ''
    ? []
    : [
        ['N9', 'L1', 'REASON'],
        ['MSG', reason.slice(0, REASON_MAX)],
      ];
