import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CanonicalOrder } from '../../../model/canonical-order.js';
import type { Fault } from '../../../model/order.js';
import type { Normalized } from '../../channel.js';
import { orderOfRows } from './map.js';
import { type OrderRows, readOrderFile } from './order-file.js';
import { type ChannelSettings, FILE_TOPIC, ORDER_TOPIC } from './settings.js';

const FAULTS_MAX = 100;
/** Orders of one document that comes by HTTP. */
const ORDERS_MAX = 5_000;
const ROWS_OF_ORDER_MAX = 10_000;
const COLUMNS_MAX = 1_000;
const CELL_MAX = 100_000;

const rowsShape = z.strictObject({
  columns: z.array(z.string().max(CELL_MAX)).max(COLUMNS_MAX),
  decimal: z.enum(['.', ',']),
  rows: z
    .array(z.tuple([z.number().int().min(1), z.array(z.string().max(CELL_MAX)).max(COLUMNS_MAX)]))
    .min(1)
    .max(ROWS_OF_ORDER_MAX),
});

/** The rows of one order as the payload that is kept of it, and its id: the same for the same cells, wherever in which file they stood. */
export function payloadOf({ columns, decimal, rows }: OrderRows): {
  readonly rawBody: Uint8Array;
  readonly deliveryId: string;
} {
  const cells = rows.map((row) => row.cells);
  const deliveryId = createHash('sha256')
    .update(JSON.stringify([columns, decimal, cells]))
    .digest('hex');
  const written = { columns, decimal, rows: rows.map((row) => [row.line, row.cells]) };
  return { rawBody: new TextEncoder().encode(JSON.stringify(written)), deliveryId };
}

/** The orders of a whole file, all or none of them, or the one of its rows. Pure; never throws. */
export function normalizeCsv(topic: string, rawBody: Uint8Array, settings: ChannelSettings): Normalized {
  if (topic !== FILE_TOPIC && topic !== ORDER_TOPIC)
    return refused([{ code: 'TOPIC_UNKNOWN', path: '', message: `expected ${FILE_TOPIC} or ${ORDER_TOPIC}` }]);
  const contentHash = createHash('sha256').update(rawBody).digest('hex');
  const read = topic === FILE_TOPIC ? readOrderFile(rawBody, settings) : readPayload(rawBody);
  if (!read.ok) return refused(read.faults);
  if (read.orders.length > ORDERS_MAX)
    return refused([{ code: 'TOO_MANY_ORDERS', path: 'file', message: `expected at most ${ORDERS_MAX} orders` }]);
  const orders: CanonicalOrder[] = [];
  const faults: Fault[] = [];
  for (const rows of read.orders) {
    const order = orderOfRows(rows, settings, contentHash);
    if (order.ok) orders.push(order.order);
    else faults.push(...order.faults);
    if (faults.length > FAULTS_MAX) break;
  }
  return faults.length > 0 ? refused(faults) : { ok: true, orders };
}

function readPayload(rawBody: Uint8Array): ReturnType<typeof readOrderFile> {
  const fault = { code: 'PAYLOAD_INVALID', path: '', message: 'expected the rows of one order as Headgate keeps them' };
  try {
    const { columns, decimal, rows } = rowsShape.parse(JSON.parse(new TextDecoder().decode(rawBody)));
    return { ok: true, orders: [{ columns, decimal, rows: rows.map(([line, cells]) => ({ line, cells })) }] };
  } catch {
    return { ok: false, faults: [fault] };
  }
}

const refused = (faults: readonly Fault[]): Normalized => ({ ok: false, faults: faults.slice(0, FAULTS_MAX) });
