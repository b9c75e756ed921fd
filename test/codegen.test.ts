import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { describe, expect, it } from 'vitest';
import config from '../codegen.js';

describe('the typed operations', () => {
  it('are what codegen makes of schema.graphql and test/operations now (npm run codegen writes them)', async () => {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const files: { filename: string; content: string }[] = await generate(
      { ...config, cwd: root, silent: true },
      false,
    );
    expect(files).toHaveLength(1);
    const [file] = files;
    const checkedIn = await readFile(`${root}test/generated/operations.ts`, 'utf8');
    expect(checkedIn).toBe(file?.content);
  }, 60_000);
});
