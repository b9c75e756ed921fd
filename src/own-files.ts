import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.js';
import type { SecretKeys } from './store/secrets.js';

/** What tools read to find a running Headgate: `<data folder>/running.json`. */
export interface RunningFile {
  readonly pid: number;
  readonly databaseUrl: string;
  readonly apiUrl: string | null;
  readonly vendorUrl: string | null;
}

/** The key that seals secrets: the configured one, else one made once and kept beside the data. */
export function secretKeys(config: Pick<Config, 'secretKey' | 'dataFolder'>): SecretKeys {
  if (config.secretKey !== undefined) return { current: Buffer.from(config.secretKey, 'base64') };
  mkdirSync(config.dataFolder, { recursive: true });
  const file = join(config.dataFolder, 'secret-key');
  if (!existsSync(file)) writePrivate(file, randomBytes(32).toString('base64'));
  return { current: Buffer.from(readFileSync(file, 'utf8'), 'base64') };
}

/** Writes a file that only its owner can read, at once or not at all. */
export function writePrivate(file: string, text: string): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode: 0o600 });
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}
