import { z } from 'zod';
import type { CallContext } from '../connector.js';

/** A file of a folder: its size in bytes, and when it was last changed (ISO 8601, by the server's clock). */
export interface FileEntry {
  readonly name: string;
  readonly size: number;
  readonly modifiedAt: string;
}

/**
 * Folders of files that are exchanged with a partner. Errors: ConnectorError, classed as VendorConnector says.
 */
export interface FileTransport {
  /** Settled files, oldest first: those that still grow, temporary names and names with a leading dot are left alone. */
  list(folder: string, limit: number): Promise<readonly FileEntry[]>;
  read(folder: string, name: string, bytesMax: number): Promise<Uint8Array>;
  /** Under a temporary name, then renamed; the same name with the same bytes is done already, with others an error. */
  write(folder: string, name: string, bytes: Uint8Array): Promise<void>;
  /** Moves it into a folder `archive` beside it, over no other file; nothing is ever deleted. */
  archive(folder: string, name: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the files of the account that is called for. */
export type OpenFiles = (context: CallContext) => Promise<FileTransport>;

/** A folder's path below the place that an account's files are at. */
export const folderPath = z.string().regex(/^[\w-][\w.-]{0,99}(?:\/[\w-][\w.-]{0,99}){0,8}$/);

/** Setting of accounts that exchange files: where these are. */
export const transportSetting = z.object({
  kind: z.literal('folder'),
  /** Below HEADGATE_FILES_ROOT, which the operator of the installation sets. */
  path: folderPath,
});
