import { createHash, timingSafeEqual } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import Client from 'ssh2-sftp-client';
import { ConnectorError } from '../../model/errors.js';
import { ARCHIVED_NAMES_MAX, archivedName, codeOf, ENTRIES_MAX, failure, isFileName, pathOf } from './names.js';
import type { FileEntry, FileTransport } from './transport.js';

/** An SFTP server and how it is entered. `fingerprint`: of its host key, `SHA256:` and base64 as ssh-keygen -l shows it. */
export interface SftpAddress {
  /** Looked up and checked already. */
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly fingerprint: string;
  /** Where the account's files are on the server. */
  readonly path: string;
  readonly password?: string | undefined;
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
}

const READY_MS = 10_000;
/** A file that did not change between two looks so far apart is settled. */
const SETTLED_MS = 1_000;
/** How long the closing of a file is waited for. */
const CLOSING_MS = 500;
/** Nobody answered there, or no longer. */
const AWAY = /ECONN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EPIPE|ERR_NOT_CONNECTED|ERR_GENERIC_CLIENT/;

/** Folders on an SFTP server, over one connection. Its key must be the one that the account names. */
export class SftpFiles implements FileTransport {
  readonly #client: Client;

  private constructor(
    client: Client,
    readonly path: string,
    readonly settledMs: number,
  ) {
    this.#client = client;
  }

  /** Errors: SFTP_UNAUTHORIZED, class `unauthorized`; SFTP_HOST_KEY, class `permanent`; SFTP_UNREACHABLE, class `transient`. */
  static async connect(server: SftpAddress, signal: AbortSignal, settledMs = SETTLED_MS): Promise<SftpFiles> {
    const client = new Client('headgate', { error: () => {}, end: () => {}, close: () => {} });
    const end = () => void client.end().catch(() => {});
    signal.addEventListener('abort', end, { once: true });
    let isKnown = true;
    const { address: host, port, username, password, privateKey, passphrase, path, fingerprint } = server;
    try {
      await client.connect({
        ...{ host, port, username, readyTimeout: READY_MS },
        ...(password === undefined ? {} : { password }),
        ...(privateKey === undefined ? {} : { privateKey }),
        ...(passphrase === undefined ? {} : { passphrase }),
        hostVerifier: (key: Buffer) => {
          isKnown = isSame(
            `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`,
            fingerprint,
          );
          return isKnown;
        },
      });
    } catch (cause) {
      end();
      if (!isKnown)
        throw failure('SFTP_HOST_KEY', 'permanent', 'the server’s key is not the one of the setting fingerprint');
      if (/authentication/i.test(String(cause)))
        throw failure('SFTP_UNAUTHORIZED', 'unauthorized', 'the server does not accept our user, password or key');
      throw failure('SFTP_UNREACHABLE', 'transient', `the server cannot be reached (${codeOf(cause)})`);
    }
    return new SftpFiles(client, path, settledMs);
  }

  async list(folder: string, limit: number): Promise<readonly FileEntry[]> {
    const at = this.#at(pathOf(folder));
    const before = new Map((await this.#look(at)).map((file) => [file.name, file]));
    if (before.size === 0) return [];
    await pause(this.settledMs);
    const settled = (await this.#look(at)).filter(({ name, size, modifyTime }) => {
      const then = before.get(name);
      return then?.size === size && then.modifyTime === modifyTime;
    });
    settled.sort((a, b) => a.modifyTime - b.modifyTime || (a.name < b.name ? -1 : 1));
    return settled
      .slice(0, limit)
      .map(({ name, size, modifyTime }) => ({ name, size, modifiedAt: new Date(modifyTime).toISOString() }));
  }

  async read(folder: string, name: string, bytesMax: number): Promise<Uint8Array> {
    const path = this.#at(pathOf(folder, name));
    return this.#asked('transient', async () => {
      const stream = this.#client.createReadStream(path, { autoClose: true }) as Readable;
      // What fails once all was read, such as closing the file, is nobody's matter, and must not end the process.
      stream.on('error', () => {});
      const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
      const chunks: Uint8Array[] = [];
      let size = 0;
      try {
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          size += chunk.length;
          if (size > bytesMax) throw failure('FILE_TOO_LONG', 'permanent', `expected at most ${bytesMax} bytes`);
          chunks.push(chunk);
        }
      } finally {
        // Before the connection ends, else its closing is a request without an answer.
        await Promise.race([closed, pause(CLOSING_MS)]);
      }
      return Buffer.concat(chunks);
    });
  }

  async write(folder: string, name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#at(pathOf(folder, name));
    if (await this.#isThere(path)) return this.#same(folder, name, bytes);
    const temporary = this.#at(`${pathOf(folder)}/.${name}.tmp`);
    try {
      await this.#asked('transient', async () => {
        await this.#client.put(Buffer.from(bytes), temporary);
        // A write that the server refused is not always told: what is there counts.
        const { size } = await this.#client.stat(temporary);
        if (size !== bytes.length)
          throw failure(
            'SFTP_FAILED',
            'transient',
            `the server kept ${size} bytes of ${bytes.length}: its disk may be full`,
          );
      });
      // From here on it may be there, whether we hear of it or not.
      await this.#asked('unknown', () => this.#client.rename(temporary, path));
    } catch (cause) {
      // Also where a copy of this very call was first, and took the temporary file away.
      if (await this.#isThere(path).catch(() => false)) return this.#same(folder, name, bytes);
      throw cause;
    }
  }

  async archive(folder: string, name: string): Promise<void> {
    const path = this.#at(pathOf(folder, name));
    const archive = this.#at(`${pathOf(folder)}/archive`);
    await this.#asked('transient', async () => {
      if (!(await this.#client.exists(archive))) await this.#client.mkdir(archive, true);
    });
    for (let copy = 1; copy <= ARCHIVED_NAMES_MAX; copy += 1) {
      const target = `${archive}/${archivedName(name, copy)}`;
      if (await this.#isThere(target)) continue;
      await this.#asked('transient', () => this.#client.rename(path, target));
      return;
    }
    throw failure('ARCHIVE_FULL', 'permanent', `${folder}/archive has ${ARCHIVED_NAMES_MAX} files of the name ${name}`);
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => {});
  }

  async #look(path: string) {
    const entries = await this.#asked('transient', () => this.#client.list(path));
    if (entries.length > ENTRIES_MAX)
      throw failure('FOLDER_TOO_FULL', 'permanent', `a folder has more than ${ENTRIES_MAX} entries`);
    return entries.filter(({ type, name }) => type === '-' && isFileName(name));
  }

  #isThere(path: string): Promise<boolean> {
    return this.#asked('transient', async () => (await this.#client.exists(path)) !== false);
  }

  async #same(folder: string, name: string, bytes: Uint8Array): Promise<void> {
    const there = await this.read(folder, name, bytes.length).catch(() => null);
    if (there === null || Buffer.compare(there, bytes) !== 0)
      throw failure('FILE_CONFLICT', 'conflict', `${folder}/${name} is there with other bytes`);
  }

  #at(path: string): string {
    return `${this.path}/${path}`;
  }

  /** Errors: ConnectorError; of the given class where the server did not answer or could not, else `permanent`. */
  async #asked<T>(errorClass: 'transient' | 'unknown', work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof ConnectorError) throw cause;
      const code = codeOf(cause);
      // A server's own word (no such file, permission denied) is an answer; a bare failure may be a full disk.
      const isAnswer = /no such file|permission denied/i.test(String(cause)) && !AWAY.test(code);
      const what = isAnswer ? 'the server refuses' : 'the server did not do it';
      throw failure('SFTP_FAILED', isAnswer ? 'permanent' : errorClass, `${what} (${code})`);
    }
  }
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b.replace(/=+$/, ''))];
  return left.length === right.length && timingSafeEqual(left, right);
}
