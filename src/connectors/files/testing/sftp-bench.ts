import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallContext } from '../../connector.js';
import { memoryNumbers, type VendorBench } from '../../kit/index.js';
import { SftpFiles } from '../sftp.js';
import type { OpenFiles } from '../transport.js';
import { type SftpTrouble, startSftpServer } from './sftp-server.js';

/** Files of tests are never still growing. */
const SETTLED_MS = 1;
const CALL_MS = 5_000;

/** Troubles of calls that SFTP does not know, by the kit's cases, with the reason. */
export const NOT_OF_SFTP = [
  { case: 'VENDOR-007', reason: 'SFTP has no word for "come back later"' },
  { case: 'VENDOR-009', reason: 'SFTP answers are no documents' },
];

/** Opens an account's SFTP server on this machine; its setting `transport` says the port, and `password` comes from its secrets. */
export const openTestSftp: OpenFiles = async ({ account, signal }) => {
  const { transport } = account.settings as { transport: { port: number; fingerprint: string } };
  const { sftpPassword: password } = account.secrets as { sftpPassword: string };
  const server = { ...transport, address: '127.0.0.1', username: 'edi', path: 'acme', password };
  return SftpFiles.connect(server, signal, SETTLED_MS);
};

/** A partner's folders on an SFTP server of its own, and all that may go wrong with it. */
export async function startSftpBench(account: CallContext['account'], folders: readonly string[]) {
  const root = await mkdtemp(join(tmpdir(), 'headgate-sftp-'));
  for (const folder of folders) await mkdir(join(root, 'acme', folder), { recursive: true });
  const server = await startSftpServer(root);
  const transport = { kind: 'sftp', host: '127.0.0.1', username: 'edi', path: 'acme' };
  const accountAt = (port: number, password = server.password): CallContext['account'] => ({
    ...{ code: account.code, secrets: { sftpPassword: password } },
    settings: { ...(account.settings as object), transport: { ...transport, port, fingerprint: server.fingerprint } },
  });
  const clock = { now: () => new Date('2026-03-02T10:00:00.000Z') };
  const context = { account: accountAt(server.port), clock, fetch, numbers: memoryNumbers(clock) };
  const call = (signal: AbortSignal = AbortSignal.timeout(CALL_MS)): CallContext => ({ ...context, signal });
  const playing = (trouble: SftpTrouble) => () => {
    server.trouble = trouble;
    return call();
  };
  const closedPort = await freePort();
  const troubles: VendorBench['troubles'] = {
    lost: playing('silent rename'),
    failed: playing('no rename'),
    silent() {
      const deadline = new AbortController();
      server.trouble = 'mute';
      server.onMute = () => deadline.abort();
      return call(deadline.signal);
    },
    away: () => ({ ...call(), account: accountAt(closedPort) }),
    locked: () => ({ ...call(), account: accountAt(server.port, 'no such password') }),
  };
  return {
    ...{ context, troubles },
    /** The partner puts a file there. */
    put: (folder: string, name: string, text: string) => writeFile(join(root, 'acme', folder, name), text),
    /** What lies in a folder and is no temporary file: each text by its name. */
    async texts(folder: string): Promise<readonly string[]> {
      const names = (await readdir(join(root, 'acme', folder))).filter((name) => !name.startsWith('.'));
      return Promise.all(names.map((name) => readFile(join(root, 'acme', folder, name), 'utf8')));
    },
    async close() {
      await server.close();
      await rm(root, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address ? address.port : 0;
}
