import { z } from 'zod';
import { ConnectorError } from '../../model/errors.js';
import { FolderFiles } from './folder.js';
import { type OpenFiles, transportSetting } from './transport.js';

const settings = z.object({ transport: transportSetting });

/**
 * Opens the files that an account's setting `transport` names.
 * Errors: ConnectorError FILES_MISCONFIGURED, class `permanent`: no such setting, or the installation allows no folders.
 */
export const openFiles: OpenFiles = async ({ account, filesRoot }) => {
  const parsed = settings.safeParse(account.settings);
  const reason = !parsed.success
    ? 'expected the setting transport: { kind: "folder", path }'
    : 'expected HEADGATE_FILES_ROOT: the folder below which files may be exchanged';
  if (!parsed.success || filesRoot === undefined) throw new ConnectorError('FILES_MISCONFIGURED', 'permanent', reason);
  return new FolderFiles(filesRoot, parsed.data.transport.path);
};
