import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, lstat, mkdir, open, readdir, realpath, unlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ConnectorError } from '../../model/errors.js';
import { ARCHIVED_NAMES_MAX, archivedName, codeOf, ENTRIES_MAX, failure, isFileName, pathOf } from './names.js';
import type { FileEntry, FileTransport } from './transport.js';

/** The same call can succeed later. */
const PASSING = ['ENOSPC', 'EDQUOT', 'EIO', 'EAGAIN', 'EBUSY', 'EMFILE', 'ENFILE', 'ESTALE', 'ETIMEDOUT'];

/**
 * An account's folders on this machine. Nothing outside of its place below the root is reached: names are checked, and links are not followed.
 * A file counts as settled once it was not changed for `settledMs`.
 */
export class FolderFiles implements FileTransport {
  /** `path`: the account's place below the root. */
  constructor(
    readonly root: string,
    readonly path: string,
    readonly settledMs = 5_000,
  ) {}

  async list(folder: string, limit: number): Promise<readonly FileEntry[]> {
    return reached(async () => {
      const at = await this.#folder(folder);
      const names = await readdir(at);
      if (names.length > ENTRIES_MAX)
        throw failure('FOLDER_TOO_FULL', 'permanent', `${folder} has more than ${ENTRIES_MAX} entries`);
      const entries: (FileEntry & { readonly ms: number })[] = [];
      for (const name of names) {
        if (!isFileName(name)) continue;
        const stat = await lstat(join(at, name)).catch(() => null);
        if (!stat?.isFile() || Date.now() - stat.mtimeMs < this.settledMs) continue;
        entries.push({ name, size: stat.size, modifiedAt: stat.mtime.toISOString(), ms: stat.mtimeMs });
      }
      entries.sort((a, b) => a.ms - b.ms || (a.name < b.name ? -1 : 1));
      return entries.slice(0, limit).map(({ name, size, modifiedAt }) => ({ name, size, modifiedAt }));
    });
  }

  async read(folder: string, name: string, bytesMax: number): Promise<Uint8Array> {
    return reached(async () => readFile(await this.#file(folder, name), bytesMax));
  }

  async write(folder: string, name: string, bytes: Uint8Array): Promise<void> {
    await reached(async () => {
      const target = await this.#file(folder, name);
      const temporary = join(target, '..', `.${randomUUID()}.tmp`);
      try {
        await whileOpen(await open(temporary, 'wx', 0o640), async (file) => {
          await file.writeFile(bytes);
          await file.sync();
        });
        // A link, unlike a rename, takes the place of no other file.
        await link(temporary, target);
      } catch (cause) {
        if (codeOf(cause) !== 'EEXIST') throw cause;
        const there = await readFile(target, bytes.length).catch(() => null);
        if (there === null || Buffer.compare(there, bytes) !== 0)
          throw failure('FILE_CONFLICT', 'conflict', `${folder}/${name} is there with other bytes`);
      } finally {
        await unlink(temporary).catch(() => {});
      }
      await whileOpen(await open(join(target, '..'), 'r'), (directory) => directory.sync());
    });
  }

  async archive(folder: string, name: string): Promise<void> {
    await reached(async () => {
      const source = await this.#file(folder, name);
      const archive = join(source, '..', 'archive');
      await mkdir(archive, { recursive: true });
      for (let copy = 1; copy <= ARCHIVED_NAMES_MAX; copy += 1) {
        try {
          await link(source, join(archive, archivedName(name, copy)));
          await unlink(source);
          return;
        } catch (cause) {
          if (codeOf(cause) !== 'EEXIST') throw cause;
        }
      }
      throw failure(
        'ARCHIVE_FULL',
        'permanent',
        `${folder}/archive has ${ARCHIVED_NAMES_MAX} files of the name ${name}`,
      );
    });
  }

  async close(): Promise<void> {}

  async #file(folder: string, name: string): Promise<string> {
    pathOf(folder, name);
    return join(await this.#folder(folder), name);
  }

  /** Errors: FOLDER_OUTSIDE where a link leads out of the account's place, or that out of the root. */
  async #folder(folder: string): Promise<string> {
    const root = await realpath(this.root);
    const place = await realpath(join(root, this.path));
    const at = await realpath(join(place, pathOf(folder)));
    if (isBelow(place, root) && isBelow(at, place)) return at;
    throw failure('FOLDER_OUTSIDE', 'permanent', `${folder} leads out of the account’s files`);
  }
}

const isBelow = (path: string, folder: string) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

async function readFile(path: string, bytesMax: number): Promise<Uint8Array> {
  return whileOpen(await open(path, constants.O_RDONLY | constants.O_NOFOLLOW), async (file) => {
    const { size } = await file.stat();
    if (size > bytesMax) throw failure('FILE_TOO_LONG', 'permanent', `expected at most ${bytesMax} bytes, got ${size}`);
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    return bytes.subarray(0, bytesRead);
  });
}

async function whileOpen<T>(file: FileHandle, work: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** Errors: ConnectorError; `transient` where the machine is short of something, else `permanent`. */
async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ConnectorError) throw cause;
    const code = codeOf(cause);
    throw failure(
      'FILES_UNREACHABLE',
      PASSING.includes(code) ? 'transient' : 'permanent',
      `the files cannot be reached (${code})`,
      cause,
    );
  }
}
