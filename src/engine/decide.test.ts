import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.js';

const samples = process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../shared');
const examples = join(samples, 'routing-examples');
const present = existsSync(examples);
if (!present) console.log(`skipped: worked routing examples, not found in ${samples} (set HEADGATE_SAMPLES)`);

describe.skipIf(!present)('the worked examples', () => {
  const files = present ? readdirSync(examples).filter((name) => name.endsWith('.json')) : [];
  it.each(files)('%s is decided as it was worked by hand', (name) => {
    const { request, expected } = JSON.parse(readFileSync(join(examples, name), 'utf8'));
    const { candidates: _c, engineVersion: _e, ...decision } = decide(request);
    expect(decision).toEqual(expected);
  });
});
