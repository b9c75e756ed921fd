import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { refuseUnstorableText } from './text-check.js';

const PLAIN = parse('{ orders { id } }');

describe('text in an operation', () => {
  it('may be of any language and hold whole characters of any plane', () => {
    expect(() => refuseUnstorableText(PLAIN, { name: 'Zoë 东京 📦', list: [{ a: null, b: 1 }] })).not.toThrow();
  });

  it.each([
    ['a NUL in a variable', { input: { lines: [{ sku: 'A\0B' }] } }, 'variables.input.lines[0].sku'],
    ['half of a character in a variable', { key: '\ud83d' }, 'variables.key'],
    ['a NUL in the name of a field', { note: { 'a\0': 1 } }, 'a name in variables.note'],
  ])('is refused where there is %s', (_, variables, where) => {
    expect(() => refuseUnstorableText(PLAIN, variables)).toThrow(`${where}: expected text without NUL`);
  });

  it('is refused where the operation itself holds a NUL', () => {
    const document = parse('{\n  order(id: "a\\u0000b") { id }\n}');
    expect(() => refuseUnstorableText(document, undefined)).toThrow('line 2 of the operation');
  });

  it('is checked however deep it is nested', () => {
    let deep: object = { text: '\0' };
    for (let depth = 0; depth < 100_000; depth += 1) deep = { deep };
    expect(() => refuseUnstorableText(PLAIN, { deep })).toThrow('expected text without NUL');
  });
});
