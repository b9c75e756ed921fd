import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSets, SET_SEGMENTS_MAX, type X12Part } from './sets.js';
import { readEvents } from './structure.js';
import { readTokens, SEGMENT_LENGTH_MAX } from './tokenizer.js';
import { type Envelope, writeInterchange } from './write.js';

const ENVELOPE: Envelope = {
  sender: { qualifier: 'ZZ', id: 'SHOP', groupId: 'SHOPDEPT' },
  receiver: { qualifier: '01', id: '043109560', groupId: '043109560' },
  version: '004010',
  isTest: false,
};
const PO = {
  type: '850',
  segments: [
    ['BEG', '00', 'DS', '117649143', undefined, '20130401'],
    ['N1', 'ST', 'ISABELLA ISA'],
    ['PO1', 1, 2, 'EA', '32.96', undefined, 'VN', 'PS3 01402'],
  ],
};
const AT = '2013-04-01T17:22:00.000Z';
const bytes = (text: string) => new TextEncoder().encode(text);
const DOCUMENT = new TextDecoder().decode(writeInterchange(ENVELOPE, 492_477, AT, [PO, PO]));

const partsOf = (text: string | Uint8Array): X12Part[] => [
  ...readSets([typeof text === 'string' ? bytes(text) : text]),
];
const setsOf = (text: string | Uint8Array) => partsOf(text).flatMap((part) => (part.kind === 'set' ? [part.set] : []));
const codesOf = (text: string) =>
  partsOf(text).flatMap((part) =>
    part.kind === 'set'
      ? part.set.problems.map(({ code }) => code)
      : part.kind === 'group_end'
        ? part.problems.map(({ code }) => code)
        : part.kind === 'problem'
          ? [part.problem.code]
          : [],
  );
const OUTSIDE = ['SET_OUTSIDE', ...Array(3).fill('SEGMENT_OUTSIDE'), 'TRAILER_ASTRAY'];
const WITHOUT_GS = [...OUTSIDE, ...OUTSIDE, 'TRAILER_ASTRAY', 'IEA_COUNT'];
const SEGMENTS = [
  ['BEG', '00', 'DS', '117649143', '', '20130401'],
  ['N1', 'ST', 'ISABELLA ISA'],
  ['PO1', '1', '2', 'EA', '32.96', '', 'VN', 'PS3 01402'],
];

describe('an X12 document', () => {
  it('is read as it was written, every count in order', () => {
    expect(setsOf(DOCUMENT).map(({ segments }) => segments)).toEqual([SEGMENTS, SEGMENTS]);
    expect(codesOf(DOCUMENT)).toEqual([]);
    const [set] = setsOf(DOCUMENT);
    expect(set?.head).toMatchObject({
      path: 'ISA[1]/GS[1]/ST[1]',
      ...{ type: '850', control: '0001' },
      group: { functionalId: 'PO', control: '492477', interchange: { senderId: 'SHOP', control: '000492477' } },
    });
  });

  it.each<readonly [string, (text: string) => string | Uint8Array]>([
    ['lines that end in newlines alone', (text) => text.replaceAll('~\n', '\n')],
    ['lines that end in CR and LF alone', (text) => text.replaceAll('~\n', '\r\n')],
    ['! as terminator', (text) => text.replaceAll('~\n', '!')],
    ['$ as terminator', (text) => text.replaceAll('~\n', '$\n')],
    ['Ö as terminator, in UTF-8', (text) => text.replaceAll('~\n', 'Ö')],
    ['Ö as terminator, in windows-1252', (text) => Buffer.from(text.replaceAll('~\n', 'Ö'), 'latin1')],
    ['| between elements', (text) => text.replaceAll('*', '|')],
    ['| between elements and in ISA16', (text) => text.replaceAll('*', '|').replaceAll('>', '|')],
    [
      '| between elements and in ISA16, newlines at the end',
      (text) => text.replaceAll(/[*>]/g, '|').replaceAll('~\n', '\n'),
    ],
    ['no ISA16 at all', (text) => text.replace('>~', '~')],
    ['no ISA16 and newlines at the end', (text) => text.replace('>~', '~').replaceAll('~\n', '\n')],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['tabs, space and empty lines before segments', (text) => text.replaceAll('\n', '\n\n\t   ')],
    ['nothing after the last segment', (text) => text.slice(0, -2)],
    ['ISA fields that are cut short', (text) => text.replace(/ +(?=\*)/g, '')],
    ['ISA fields padded with no-break spaces', (text) => text.replace(/ {5}/g, '\u00a0'.repeat(5))],
    ['NULs in it', (text) => text.replaceAll('A', 'A\0')],
    ['lines broken at 80 characters', (text) => text.replaceAll('\n', '').replace(/(.{80})/g, '$1\r\n')],
  ])('is read with %s', (_what, change) => {
    expect(setsOf(change(DOCUMENT)).map(({ segments }) => segments)).toEqual([SEGMENTS, SEGMENTS]);
    expect(partsOf(change(DOCUMENT)).filter(({ kind }) => kind === 'problem')).toEqual([]);
  });

  it('may hold several interchanges, each with separators of its own', () => {
    const other = DOCUMENT.replaceAll('*', '|').replaceAll('~\n', '\n');
    expect(setsOf(DOCUMENT + other + DOCUMENT).map(({ head }) => head.path)).toEqual(
      [1, 2, 3].flatMap((isa) => [1, 2].map((st) => `ISA[${isa}]/GS[1]/ST[${st}]`)),
    );
    expect(codesOf(DOCUMENT + other + DOCUMENT)).toEqual([]);
  });

  it('separates repeated elements by ISA11 only from version 00402 on', () => {
    const separatorsOf = (text: string) =>
      [...readTokens([bytes(text)])].flatMap((token) => (token.kind === 'head' ? [token.separators] : []))[0];
    expect(separatorsOf(DOCUMENT)).toEqual({ element: '*', component: '>', repetition: null, terminator: '~' });
    const newer = new TextDecoder().decode(writeInterchange({ ...ENVELOPE, version: '005010' }, 1, AT, [PO]));
    expect(separatorsOf(newer)?.repetition).toBe('^');
    expect(separatorsOf(newer.replace('*^*', '*U*'))?.repetition).toBe(null);
  });

  it.each([
    ['a wrong number of segments', (text: string) => text.replace('SE*5*0001', 'SE*580*0001'), ['SE_COUNT']],
    ['another control number in SE', (text: string) => text.replace('SE*5*0001', 'SE*5*0009'), ['SE_CONTROL']],
    ['a wrong number of sets', (text: string) => text.replace('GE*2*', 'GE*3*'), ['GE_COUNT']],
    ['another control number in GE', (text: string) => text.replace('GE*2*492477', 'GE*2*1'), ['GE_CONTROL']],
    ['a wrong number of groups', (text: string) => text.replace('IEA*1*', 'IEA*2*'), ['IEA_COUNT']],
    ['another control number in IEA', (text: string) => text.replace(/IEA\*1\*\d+/, 'IEA*1*7'), ['IEA_CONTROL']],
    ['an SE left out', (text: string) => text.replace('SE*5*0001~', ''), ['SE_MISSING']],
    [
      'its end cut off',
      (text: string) => text.slice(0, text.indexOf('SE*5*0002')),
      ['SE_MISSING', 'GE_MISSING', 'IEA_MISSING'],
    ],
    ['no GS', (text: string) => text.replace(/GS.*~/, ''), WITHOUT_GS],
    ['text before it', (text: string) => `From: edi\n\n${text}`, ['TEXT_BEFORE_ISA']],
    ['no ISA', (text: string) => text.slice(text.indexOf('GS*')), ['TEXT_BEFORE_ISA']],
    ['an ISA that is none', (text: string) => text.replaceAll('*', '\n'), ['ISA_UNREADABLE']],
  ])('says where it has %s', (_what, change, codes) => {
    expect(codesOf(change(DOCUMENT))).toEqual(codes);
  });

  it('passes over a segment without end, and keeps the others', () => {
    const long = DOCUMENT.replace('N1*ST', `NTE*${'x'.repeat(3 * SEGMENT_LENGTH_MAX)}~\nN1*ST`);
    expect(setsOf(long)[0]?.segments).toEqual(SEGMENTS);
    expect(codesOf(long)).toEqual(['SEGMENT_TOO_LONG', 'SE_COUNT']);
  });

  it('tells a set that is longer than any order', () => {
    const long = DOCUMENT.replace('N1*ST', `${'NTE*x~\n'.repeat(SET_SEGMENTS_MAX)}N1*ST`);
    const [first] = setsOf(long);
    expect(first?.segments).toHaveLength(SET_SEGMENTS_MAX);
    expect(first?.problems.map(({ code }) => code)).toEqual(['SET_TOO_LONG', 'SE_COUNT']);
  });

  it('of 50 MB is read within a few MB', () => {
    const [head = '', line = '', end = ''] = [
      DOCUMENT.slice(0, DOCUMENT.indexOf('PO1*')),
      `PO1*1*2*EA*32.96**VN*PS3 01402~\n`.repeat(2_000),
      DOCUMENT.slice(DOCUMENT.indexOf('SE*5*0002')),
    ];
    const chunk = bytes(line);
    const chunks = Math.ceil(50_000_000 / chunk.length);
    function* document() {
      yield bytes(head);
      for (let at = 0; at < chunks; at += 1) yield chunk;
      yield bytes(end);
    }
    let segments = 0;
    let peak = 0;
    const before = process.memoryUsage().heapUsed;
    for (const event of readEvents(document())) {
      if (event.kind !== 'segment') continue;
      segments += 1;
      if (segments % 100_000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed - before);
    }
    expect(segments).toBe(chunks * 2_000 + 2);
    // Garbage that was not collected yet counts here; the document itself would be 50 MB, and its segments several times that.
    expect(peak).toBeLessThan(200_000_000);
  }, 30_000);

  it('never fails, whatever became of it', () => {
    const mutation = fc.record({
      at: fc.integer({ min: 0, max: DOCUMENT.length }),
      remove: fc.integer({ min: 0, max: 60 }),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc.constantFrom('~', '*', 'ISA*', 'ISA|', '\n', 'GS*', 'ST*', 'SE*1*1~', 'IEA*~', DOCUMENT).map(bytes),
      ),
    });
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 6 }), fc.integer({ min: 1, max: 700 }), (mutations, size) => {
        let document = Buffer.from(DOCUMENT);
        for (const { at, remove, insert } of mutations)
          document = Buffer.concat([document.subarray(0, at), insert, document.subarray(at + remove)]);
        const whole = [...readSets([document])];
        const chunks = Array.from({ length: Math.ceil(document.length / size) }, (_, at) =>
          document.subarray(at * size, (at + 1) * size),
        );
        // However it comes in pieces, it says the same.
        expect([...readSets(chunks)]).toEqual(whole);
        expect(whole.length).toBeLessThanOrEqual(document.length + 4);
      }),
      { numRuns: 300 },
    );
  });
});
