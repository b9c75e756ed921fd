import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REASONS } from './reasons.js';

describe('the reasons why a node is not used', () => {
  it('are listed in the documentation as in the code, in the order in which they are judged', () => {
    const page = readFileSync(new URL('../../docs/decisions.md', import.meta.url), 'utf8');
    const [, table = ''] = page.split('| code | cause | what to do |\n|---|---|---|\n');
    const listed = table.slice(0, table.indexOf('\n\n')).split('\n');
    expect(listed).toEqual(
      Object.entries(REASONS).map(([code, { cause, remedy }]) => `| \`${code}\` | ${cause} | ${remedy} |`),
    );
  });
});
