import { z } from 'zod';
import { ConnectorError } from '../../model/errors.js';
import { addressOf } from '../public-address.js';
import { FolderFiles } from './folder.js';
import { SftpFiles } from './sftp.js';
import { type OpenFiles, transportSecrets, transportSetting } from './transport.js';

const settings = z.object({ transport: transportSetting });

/**
 * Opens the files that an account's setting `transport` names.
 * Errors: ConnectorError FILES_MISCONFIGURED, class `permanent`: no such setting, or the installation allows no folders; those of the transport.
 */
export const openFiles: OpenFiles = async ({ account, files, signal }) => {
  const parsed = settings.safeParse(account.settings);
  const secrets = transportSecrets.safeParse(account.secrets);
  if (!parsed.success || !secrets.success)
    throw misconfigured(
      'expected the setting transport: { kind: "folder", path } or { kind: "sftp", host, username, fingerprint }',
    );
  const { transport } = parsed.data;
  if (transport.kind === 'folder') {
    if (files?.root === undefined)
      throw misconfigured('expected HEADGATE_FILES_ROOT: the folder below which files may be exchanged');
    return new FolderFiles(files.root, transport.path);
  }
  const { sftpPassword: password, sftpPrivateKey: privateKey, sftpPassphrase: passphrase } = secrets.data;
  const address = await addressOf(transport.host, { privateHosts: files?.privateHosts ?? [] });
  return SftpFiles.connect({ ...transport, address, password, privateKey, passphrase }, signal);
};

const misconfigured = (reason: string) => new ConnectorError('FILES_MISCONFIGURED', 'permanent', reason);
