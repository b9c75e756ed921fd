import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { withoutControls } from './print.js';

/** Exit status of a file that was refused, as of malformed input elsewhere. */
export const EXIT_REFUSED = 2;
const FAULTS_SHOWN = 50;

/** The text of a file, or of standard input for `-`. */
export async function readText(file: string): Promise<string> {
  const read = file === '-' ? text(process.stdin) : readFile(file, 'utf8');
  return read.catch((cause: unknown) => {
    throw new Error(`cannot read ${file}`, { cause });
  });
}

/** Faults of a file, one a line: where, and why. */
export function faultText(
  file: string,
  faults: readonly { readonly path: string; readonly message: string; readonly place?: string }[],
): string {
  const name = file === '-' ? 'standard input' : file;
  const lines = faults.slice(0, FAULTS_SHOWN).map(({ path, message, place }) => {
    const where = [place === undefined ? name : `${name}:${place}`, ...(path === '' ? [] : [path])];
    return [...where, message].join(': ');
  });
  if (faults.length > FAULTS_SHOWN) lines.push(`${name}: and ${faults.length - FAULTS_SHOWN} more`);
  return lines.map((line) => `${withoutControls(line)}\n`).join('');
}
