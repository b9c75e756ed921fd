import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { X12parser } from 'x12-parser';
import { readTokens, type Segment } from './tokenizer.js';

const samples = process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../../shared');
const folder = join(samples, 'fixtures/x12');
const present = existsSync(folder);
if (!present) console.log(`skipped: X12 samples, not found in ${samples} (set HEADGATE_SAMPLES)`);

const names = present
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(edi|x12)$/.test(name))
      .sort()
  : [];

/** Of ISA itself and ISA01 to ISA15. */
const ISA_LENGTHS = [3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1];

/** As x12-parser reads it: elements without their components, so that both are compared by what stands between separators. */
async function asTheLibraryReads(bytes: Uint8Array): Promise<string[]> {
  const parser = new X12parser();
  const segments: string[] = [];
  // It looks for separators at the places where a head of 106 characters has them, so it gets one.
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replaceAll(/[\ufeff\u00a0\t]/g, ' ')
    .trim();
  const element = text[3] ?? '';
  const fields = text.split(element).slice(0, ISA_LENGTHS.length);
  const padded = fields.map((field, at) => field.trim().padEnd(ISA_LENGTHS[at] ?? 0));
  Readable.from([Buffer.from(padded.join(element) + text.slice(fields.join(element).length))]).pipe(parser);
  for await (const segment of parser) {
    const { name = '', ...elements } = segment as Record<string, string>;
    segments.push(flat([name, ...Object.values(elements)]));
  }
  return segments.filter((segment) => segment !== '');
}
const flat = (elements: readonly string[]) =>
  elements
    .map((element) => element.trim())
    .filter((text) => text !== '')
    .join(' / ');

/** Where the library reads something else, and why. */
const UNLIKE: Readonly<Record<string, string>> = {
  'coedition/832-sample2.edi': 'ISA16 is left out',
  'coedition/846-sample2.edi': 'ISA16 is the element separator',
  'gozer/missing-isa.edi': 'it has no ISA, so nothing in it can be told apart',
  'omniparser/ups-210-freight-invoice.edi': 'it holds a text in windows-1252',
  'staedi/simple999.edi': 'it repeats elements that have components, which the library mixes',
};

describe.skipIf(!present)('a sample of X12', () => {
  it.each(names.filter((name) => !Object.hasOwn(UNLIKE, name)))('%s is read as x12-parser reads it', async (name) => {
    const bytes = readFileSync(join(folder, name));
    expect(asWeRead(bytes)).toEqual(await asTheLibraryReads(bytes));
  });

  it.each(Object.entries(UNLIKE))('%s is read otherwise by x12-parser: %s', async (name) => {
    const bytes = readFileSync(join(folder, name));
    expect(asWeRead(bytes)).not.toEqual(await asTheLibraryReads(bytes));
  });
});

function asWeRead(bytes: Uint8Array): string[] {
  const segments: Segment[] = [];
  let component = '>';
  for (const token of readTokens([bytes])) {
    if (token.kind === 'head') {
      component = token.separators.component ?? '\n';
      segments.push(token.segment);
    } else if (token.kind === 'segment') segments.push(token.segment.flatMap((element) => element.split(component)));
  }
  return segments.map(flat);
}
