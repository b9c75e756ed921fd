import { ConnectorError } from '../../model/errors.js';
import { folderPath } from './transport.js';

const NAME = /^[^./\\\p{Cc}][^/\\\p{Cc}]{0,199}$/u;
const TEMPORARY = /\.(tmp|part|partial|filepart|crdownload)$/i;

/** Entries of a folder that are looked at; one with more is no exchange but a heap. */
export const ENTRIES_MAX = 100_000;
/** Files of one name that an archive takes. */
export const ARCHIVED_NAMES_MAX = 1_000;

/** Whether a name is one of a file that is there: without a path, no leading dot, not under way. */
export const isFileName = (name: string): boolean => NAME.test(name) && !TEMPORARY.test(name);

/** The path of a file, or of a folder, below the account's place. Errors: ConnectorError, class `permanent`, of a name that is none. */
export function pathOf(folder: string, name?: string): string {
  if (!folderPath.safeParse(folder).success) throw failure('FOLDER_INVALID', 'permanent', 'expected a folder’s path');
  if (name === undefined) return folder;
  if (NAME.test(name)) return `${folder}/${name}`;
  throw failure('FILE_NAME_INVALID', 'permanent', 'expected a file name without a path');
}

/** The name that the `copy`-th file of a name has in the archive. */
export const archivedName = (name: string, copy: number): string => (copy === 1 ? name : `${name}.${copy}`);

/** An error of a transport. */
export function failure(
  code: string,
  errorClass: ConnectorError['errorClass'],
  message: string,
  cause?: unknown,
): ConnectorError {
  return new ConnectorError(code, errorClass, message, cause === undefined ? {} : { cause });
}

/** The system's code of an error, or `unknown`. */
export const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
