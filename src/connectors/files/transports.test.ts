import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallContext } from '../connector.js';
import { FolderFiles } from './folder.js';
import { openFiles } from './open.js';
import { SftpFiles } from './sftp.js';
import { MemoryFiles } from './testing/memory-files.js';
import { startSftpServer, type TestSftpServer } from './testing/sftp-server.js';
import type { FileTransport } from './transport.js';

let root: string;
let server: TestSftpServer;
const bytes = (text: string) => new TextEncoder().encode(text);
const failing = (work: Promise<unknown>) => work.catch((error: unknown) => error);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headgate-transports-'));
  server = await startSftpServer(root);
});
beforeEach(async () => {
  server.trouble = null;
  await rm(join(root, 'acme'), { recursive: true, force: true });
  await mkdir(join(root, 'acme/in'), { recursive: true });
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

const sftp = (more: { fingerprint?: string; password?: string; port?: number } = {}) => {
  const { port, fingerprint, password } = server;
  const address = { address: '127.0.0.1', username: 'edi', path: 'acme', port, fingerprint, password, ...more };
  return SftpFiles.connect(address, AbortSignal.timeout(5_000), 20);
};

describe.each<[string, () => Promise<FileTransport>]>([
  ['a folder', async () => new FolderFiles(root, 'acme', 0)],
  ['an SFTP server', () => sftp()],
  ['memory', async () => new MemoryFiles()],
])('files by %s', (_name, open) => {
  let files: FileTransport;
  beforeEach(async () => {
    files = await open();
  });
  afterEach(() => files.close());

  it('are written, listed and read as they are', async () => {
    const large = new Uint8Array(300_000).fill(7);
    await files.write('in', 'a.edi', large);
    expect(await files.list('in', 10)).toMatchObject([
      { name: 'a.edi', size: 300_000, modifiedAt: expect.any(String) },
    ]);
    expect(Buffer.compare(await files.read('in', 'a.edi', 300_000), large)).toBe(0);
    expect(await failing(files.read('in', 'a.edi', 299_999))).toMatchObject({ code: 'FILE_TOO_LONG' });
  });

  it('are written once, and never over another', async () => {
    await files.write('in', 'a.edi', bytes('one'));
    await files.write('in', 'a.edi', bytes('one'));
    expect(await failing(files.write('in', 'a.edi', bytes('two!')))).toMatchObject({
      code: 'FILE_CONFLICT',
      errorClass: 'conflict',
    });
    expect(await files.list('in', 10)).toHaveLength(1);
  });

  it('are archived, and no longer listed', async () => {
    for (const text of ['one', 'two']) {
      await files.write('in', 'a.edi', bytes(text));
      await files.archive('in', 'a.edi');
    }
    expect(await files.list('in', 10)).toEqual([]);
    await files.write('in', 'b.edi', bytes('three'));
    expect(await files.list('in', 1)).toMatchObject([{ name: 'b.edi' }]);
  });
});

describe('files on an SFTP server', () => {
  it('that still grow, or are under way, are left alone', async () => {
    for (const name of ['grows.edi', 'x.filepart', '.hidden', 'there.edi'])
      await writeFile(join(root, 'acme/in', name), name);
    const at = Date.now() / 1_000 - 60;
    await utimes(join(root, 'acme/in/there.edi'), at, at);
    const files = await sftp();
    const growing = setInterval(() => void writeFile(join(root, 'acme/in/grows.edi'), 'more', { flag: 'a' }), 2);
    expect((await files.list('in', 10)).map(({ name }) => name)).toEqual(['there.edi']);
    clearInterval(growing);
    await files.close();
  });

  it('are archived under names of their own', async () => {
    const files = await sftp();
    for (const text of ['one', 'two']) {
      await files.write('in', 'a.edi', bytes(text));
      await files.archive('in', 'a.edi');
    }
    await files.close();
    expect((await readdir(join(root, 'acme/in/archive'))).sort()).toEqual(['a.edi', 'a.edi.2']);
  });

  it.each([
    ['full', 'transient'],
    ['no rename', 'unknown'],
  ] as const)('are not there where the disk is full or no name is given (%s)', async (trouble, errorClass) => {
    const files = await sftp();
    server.trouble = trouble;
    expect(await failing(files.write('in', 'a.edi', bytes('one')))).toMatchObject({ code: 'SFTP_FAILED', errorClass });
    server.trouble = null;
    expect(await files.list('in', 10)).toEqual([]);
    await files.write('in', 'a.edi', bytes('one'));
    expect(await files.list('in', 10)).toHaveLength(1);
    await files.close();
  });

  it('may be there where the last answer was lost, and writing them again finds that', async () => {
    server.trouble = 'silent rename';
    const cut = await sftp();
    expect(await failing(cut.write('in', 'a.edi', bytes('one')))).toMatchObject({ errorClass: 'unknown' });
    server.trouble = null;
    const again = await sftp();
    await again.write('in', 'a.edi', bytes('one'));
    expect(await again.list('in', 10)).toHaveLength(1);
    await again.close();
  });

  it('that cannot be read to their end can be read later', async () => {
    await writeFile(join(root, 'acme/in/a.edi'), 'one');
    const files = await sftp();
    server.trouble = 'hang up';
    expect(await failing(files.read('in', 'a.edi', 10))).toMatchObject({ errorClass: 'transient' });
  });

  it('are reached only with the server’s key and our password', async () => {
    const other = `SHA256:${'A'.repeat(43)}`;
    expect(await failing(sftp({ fingerprint: other }))).toMatchObject({
      code: 'SFTP_HOST_KEY',
      errorClass: 'permanent',
    });
    const error = await failing(sftp({ password: 'wrong secret' }));
    expect(error).toMatchObject({ code: 'SFTP_UNAUTHORIZED', errorClass: 'unauthorized' });
    expect(JSON.stringify(error) + String(error)).not.toContain('wrong secret');
    expect(await failing(sftp({ port: 1 }))).toMatchObject({ code: 'SFTP_UNREACHABLE', errorClass: 'transient' });
  });
});

describe('where files may be', () => {
  const opening = (transport: unknown, files?: CallContext['files']) =>
    failing(
      openFiles({
        account: { code: 'acme', settings: { transport }, secrets: { sftpPassword: server.password } },
        ...{ signal: AbortSignal.timeout(5_000), clock: { now: () => new Date() }, fetch, files },
      }),
    );
  const at = () => ({
    kind: 'sftp',
    host: '127.0.0.1',
    port: server.port,
    username: 'edi',
    fingerprint: server.fingerprint,
  });

  it('is what the operator allows', async () => {
    expect(await opening({ kind: 'folder', path: 'acme' })).toMatchObject({ code: 'FILES_MISCONFIGURED' });
    expect(await opening({ kind: 'folder', path: 'acme' }, { root, privateHosts: [] })).toBeInstanceOf(FolderFiles);
    expect(await opening(at())).toMatchObject({ code: 'HOST_PRIVATE', errorClass: 'permanent' });
    const opened = await opening(at(), { privateHosts: ['127.0.0.1'] });
    expect(opened).toBeInstanceOf(SftpFiles);
    await (opened as FileTransport).close();
    expect(await opening({ kind: 'ftp' })).toMatchObject({ code: 'FILES_MISCONFIGURED' });
  });
});
