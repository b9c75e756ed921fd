import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FIELDS } from './subjects.js';

describe('docs/rules.md', () => {
  it('has every field that a condition may speak of, with its type and meaning', () => {
    const rows = Object.entries(FIELDS).flatMap(([subject, fields]) =>
      Object.entries(fields).map(([field, { type, meaning }]) => `| \`${subject}.${field}\` | ${type} | ${meaning} |`),
    );
    const told = readFileSync('docs/rules.md', 'utf8').split('\n');
    expect(told.filter((line) => /^\| `\w+\.\w+` \|/.test(line))).toEqual(rows);
  });
});
