import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { HeadgateError } from '../model/errors.js';

/** Keys of 32 bytes. New secrets are sealed with `current`; `previous` ones still open what they once sealed. */
export interface SecretKeys {
  readonly current: Uint8Array;
  readonly previous?: readonly Uint8Array[];
}

const FORMAT = 1;
const KEY_BYTES = 32;
const ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + ID_BYTES + NONCE_BYTES + TAG_BYTES;

/**
 * Seals a value (as JSON) with AES-256-GCM. `owner`, such as `vendor:acme`, is authenticated with it: what was sealed for one
 * row does not open in another.
 *
 * Shape: format byte, key id (8 bytes), nonce (12), tag (16), ciphertext.
 */
export function seal(value: unknown, owner: string, keys: SecretKeys): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', checkedKey(keys.current), nonce);
  cipher.setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(FORMAT), keyId(keys.current), nonce, cipher.getAuthTag(), sealed]);
}

/**
 * Opens what `seal` made for the same owner.
 *
 * Errors: HeadgateError SECRETS_UNREADABLE, class `permanent`: another key, another owner, or damaged. The message never
 *         holds any of it.
 */
export function unseal(sealed: Uint8Array, owner: string, keys: SecretKeys): unknown {
  const bytes = Buffer.from(sealed);
  if (bytes.length < HEAD_BYTES || bytes[0] !== FORMAT) throw unreadable(owner, 'they are damaged');
  const id = bytes.subarray(1, 1 + ID_BYTES);
  const key = [keys.current, ...(keys.previous ?? [])].find((candidate) => keyId(candidate).equals(id));
  if (!key) throw unreadable(owner, `they were sealed with key ${id.toString('hex')}, which is not configured`);
  const nonce = bytes.subarray(1 + ID_BYTES, 1 + ID_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', checkedKey(key), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(owner));
  decipher.setAuthTag(bytes.subarray(HEAD_BYTES - TAG_BYTES, HEAD_BYTES));
  let text: string;
  try {
    text = Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    throw unreadable(owner, 'they are damaged or were sealed for another');
  }
  return JSON.parse(text);
}

/** Names a key without telling it. */
function keyId(key: Uint8Array): Buffer {
  return createHash('sha256').update('headgate secret key\n').update(checkedKey(key)).digest().subarray(0, ID_BYTES);
}

function checkedKey(key: Uint8Array): Uint8Array {
  if (key.length !== KEY_BYTES) throw new RangeError(`expected a secret key of ${KEY_BYTES} bytes, got ${key.length}`);
  return key;
}

function unreadable(owner: string, why: string): HeadgateError {
  const message = `the secrets of ${owner} cannot be read: ${why}; enter them again, or restore the key`;
  return new HeadgateError('SECRETS_UNREADABLE', 'permanent', message);
}
