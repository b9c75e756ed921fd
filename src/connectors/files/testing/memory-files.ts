import { ConnectorError } from '../../../model/errors.js';
import type { FileTransport } from '../transport.js';

/** Folders in memory, with what was archived beside them (`in/archive/NAME`). */
export class MemoryFiles implements FileTransport {
  readonly files = new Map<string, { readonly bytes: Uint8Array; readonly at: number }>();
  #clock = 0;

  /** A partner puts a file there. */
  put(folder: string, name: string, bytes: Uint8Array | string): void {
    this.#clock += 1_000;
    const content = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    this.files.set(`${folder}/${name}`, { bytes: content, at: this.#clock });
  }

  /** Names in a folder. */
  names(folder: string): string[] {
    return [...this.files.keys()].flatMap((path) =>
      path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/')
        ? [path.slice(folder.length + 1)]
        : [],
    );
  }

  text(folder: string, name: string): string {
    return new TextDecoder().decode(this.#at(folder, name).bytes);
  }

  async list(folder: string, limit: number) {
    const entries = this.names(folder).map((name) => {
      const { bytes, at } = this.#at(folder, name);
      return { name, size: bytes.length, modifiedAt: new Date(at).toISOString() };
    });
    return entries.sort((a, b) => a.modifiedAt.localeCompare(b.modifiedAt)).slice(0, limit);
  }

  async read(folder: string, name: string, bytesMax: number) {
    const { bytes } = this.#at(folder, name);
    if (bytes.length > bytesMax)
      throw new ConnectorError('FILE_TOO_LONG', 'permanent', `expected at most ${bytesMax} bytes`);
    return bytes;
  }

  async write(folder: string, name: string, bytes: Uint8Array) {
    const there = this.files.get(`${folder}/${name}`);
    if (there && Buffer.compare(there.bytes, bytes) !== 0)
      throw new ConnectorError('FILE_CONFLICT', 'conflict', `${name} is there with other bytes`);
    if (!there) this.put(folder, name, bytes);
  }

  async archive(folder: string, name: string) {
    const file = this.#at(folder, name);
    this.files.delete(`${folder}/${name}`);
    this.files.set(`${folder}/archive/${name}`, file);
  }

  async close() {}

  #at(folder: string, name: string) {
    const file = this.files.get(`${folder}/${name}`);
    if (!file) throw new ConnectorError('FILE_MISSING', 'transient', `${name} is not there`);
    return file;
  }
}
