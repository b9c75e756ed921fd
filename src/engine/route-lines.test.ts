import { describe, expect, it } from 'vitest';
import { type InputShape, type RoutedRequest, routeInput } from './route-lines.js';

const request = {
  order: {
    id: 'A-1',
    currency: 'USD',
    placedAt: '2026-01-05T10:00:00Z',
    destination: { countryCode: 'US' },
    lines: [{ id: '1', sku: 'MUG', quantity: 1, unitPrice: '9.00', unitWeightGrams: 300, unitVolumeCm3: 900 }],
  },
  nodes: [],
  policy: {},
};
const broken = { ...request, order: { ...request.order, lines: [{ ...request.order.lines[0], quantity: 0 }] } };
const one = JSON.stringify(request);
const bad = JSON.stringify(broken);

async function route(
  text: string | Uint8Array,
  options: { shape?: InputShape; bytesMax?: number; chunk?: number } = {},
) {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  async function* chunks() {
    const size = options.chunk ?? 7;
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const routed: RoutedRequest[] = [];
  for await (const each of routeInput(chunks(), options)) routed.push(each);
  return routed.map((each) =>
    'decision' in each
      ? `${each.line} ${each.decision.status}`
      : each.faults.map((fault) => `${fault.line} ${fault.path}`).join(', '),
  );
}

describe('requests from a file', () => {
  it('decides one a line and passes over empty lines', async () => {
    expect(await route(`${one}\n\n  \r\n${one}\r\n${one}`)).toEqual(['1 unroutable', '4 unroutable', '5 unroutable']);
  });

  it('reads one request over many lines', async () => {
    expect(await route(`\n${JSON.stringify(request, null, 2)}\n`)).toEqual(['1 unroutable']);
  });

  it('passes over a byte order mark', async () => {
    expect(await route(`\uFEFF${one}\n${one}\n`)).toEqual(['1 unroutable', '2 unroutable']);
    expect(await route(`\uFEFF${JSON.stringify(request, null, 2)}`, { shape: 'document' })).toEqual(['1 unroutable']);
  });

  it('names the line and the path of each fault, and decides the others', async () => {
    expect(await route(`${one}\n${bad}\n{"order":\n${one}\n`)).toEqual([
      '1 unroutable',
      '2 order.lines[0].quantity',
      '3 ',
      '4 unroutable',
    ]);
  });

  it('decides the others when the very first line is broken', async () => {
    expect(await route(`not json\n${one}\n`)).toEqual(['1 ', '2 unroutable']);
    expect(await route(`{\n${one}\n`, { shape: 'lines' })).toEqual(['1 ', '2 unroutable']);
  });

  it('names the line of a fault inside a document of many lines', async () => {
    const text = JSON.stringify(broken, null, 2);
    const line = text.split('\n').findIndex((each) => each.includes('"quantity"')) + 1;
    expect(line).toBeGreaterThan(5);
    expect(await route(text)).toEqual([`${line} order.lines[0].quantity`]);
  });

  it('tells one fault for a document that is no JSON', async () => {
    expect(await route(`{\n  "order": {\n    "id": 1,,\n  }\n}`)).toEqual(['1 ']);
  });

  it('drops a line that is too long, and decides the next', async () => {
    expect(await route(`${one}\n${' '.repeat(2_000)}${one}\n${one}`, { shape: 'lines', bytesMax: 1_000 })).toEqual([
      '1 unroutable',
      '2 ',
      '3 unroutable',
    ]);
    expect(await route(`{\n${'\n'.repeat(2_000)}}`, { shape: 'document', bytesMax: 1_000 })).toEqual(['1 ']);
  });

  it('refuses bytes that are no UTF-8', async () => {
    const bytes = Buffer.from(`${one}\n${one.replace('A-1', 'A-é')}\n${one}`, 'latin1');
    expect(await route(bytes, { shape: 'lines' })).toEqual(['1 unroutable', '2 ', '3 unroutable']);
  });

  it('yields nothing for nothing', async () => {
    expect(await route('')).toEqual([]);
  });
});
