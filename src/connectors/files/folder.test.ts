import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderFiles } from './folder.js';

let root: string;
const bytes = (text: string) => new TextEncoder().encode(text);
const files = (settledMs = 0) => new FolderFiles(root, 'acme', settledMs);
const failing = (work: Promise<unknown>) => work.catch((error: unknown) => error);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'headgate-files-'));
  await mkdir(join(root, 'acme/in'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

describe('files in a folder', () => {
  it('are listed oldest first, without what is still on its way', async () => {
    for (const [name, age] of [
      ['b.edi', 90],
      ['a.edi', 60],
      ['.hidden', 90],
      ['c.tmp', 90],
      ['d.filepart', 90],
      ['now.edi', 0],
    ] as const) {
      await writeFile(join(root, 'acme/in', name), name);
      const at = Date.now() / 1_000 - age;
      await utimes(join(root, 'acme/in', name), at, at);
    }
    await mkdir(join(root, 'acme/in/archive'));
    expect((await files(5_000).list('in', 10)).map(({ name, size }) => [name, size])).toEqual([
      ['b.edi', 5],
      ['a.edi', 5],
    ]);
    expect(await files().list('in', 1)).toHaveLength(1);
  });

  it('are written whole, once, and never over another', async () => {
    await files().write('in', 'a.edi', bytes('one'));
    await files().write('in', 'a.edi', bytes('one'));
    expect(await failing(files().write('in', 'a.edi', bytes('two')))).toMatchObject({
      code: 'FILE_CONFLICT',
      errorClass: 'conflict',
    });
    expect(await readdir(join(root, 'acme/in'))).toEqual(['a.edi']);
    expect(new TextDecoder().decode(await files().read('in', 'a.edi', 3))).toBe('one');
    expect(await failing(files().read('in', 'a.edi', 2))).toMatchObject({ code: 'FILE_TOO_LONG' });
  });

  it('are archived under a name of their own, never deleted', async () => {
    for (const text of ['one', 'two']) {
      await files().write('in', 'a.edi', bytes(text));
      await files().archive('in', 'a.edi');
    }
    expect((await readdir(join(root, 'acme/in/archive'))).sort()).toEqual(['a.edi', 'a.edi.2']);
    expect(await readFile(join(root, 'acme/in/archive/a.edi.2'), 'utf8')).toBe('two');
    expect(await files().list('in', 10)).toEqual([]);
  });

  it('of others are out of reach, by name and by link', async () => {
    await writeFile(join(root, 'secret'), 'secret');
    await symlink(join(root, 'secret'), join(root, 'acme/in/link.edi'));
    await symlink(root, join(root, 'acme/out'));
    expect(await files().list('in', 10)).toEqual([]);
    for (const attempt of [
      () => files().read('in', 'link.edi', 100),
      () => files().read('out', 'secret', 100),
      () => files().read('in', '../../secret', 100),
      () => files().read('in', '..', 100),
      () => files().list('../acme/in', 10),
      () => files().list('/etc', 10),
      () => files().write('out', 'x.edi', bytes('x')),
      () => new FolderFiles(root, 'acme/out', 0).list('acme', 10),
    ])
      expect(await failing(attempt())).toMatchObject({ errorClass: 'permanent' });
  });

  it('that are not there are told of', async () => {
    expect(await failing(files().list('nowhere', 10))).toMatchObject({
      code: 'FILES_UNREACHABLE',
      message: 'the files cannot be reached (ENOENT)',
    });
  });
});
