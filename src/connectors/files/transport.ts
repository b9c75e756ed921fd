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

const folder = z.object({
  kind: z.literal('folder'),
  /** Below HEADGATE_FILES_ROOT, which the operator of the installation sets. */
  path: folderPath,
});
const sftp = z.object({
  kind: z.literal('sftp'),
  host: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/),
  port: z.number().int().min(1).max(65_535).default(22),
  username: z.string().min(1).max(200),
  /** Of the server's key, as `ssh-keygen -l` shows it. */
  fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/),
  /** Where the account's files are on the server; left out: where the user comes in. */
  path: z
    .string()
    .regex(/^\/?[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/)
    .max(500)
    .default('.'),
});

/** Setting of accounts that exchange files: where these are. */
export const transportSetting = z.discriminatedUnion('kind', [folder, sftp]);

/** What opens an SFTP server; nothing of it is needed for a folder. */
export const transportSecrets = z.object({
  sftpPassword: z.string().min(1).max(500).optional(),
  /** In PEM or OpenSSH's form. */
  sftpPrivateKey: z.string().min(1).max(20_000).optional(),
  sftpPassphrase: z.string().min(1).max(500).optional(),
});
