import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Headgate's version. */
export function version(): string {
  return headgatePackage().version;
}

/** The package.json above this file, whether it runs from `src` or from `dist`, and the folder that it stands in. */
export function headgatePackage(): { readonly folder: string; readonly version: string; readonly manifest: object } {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
        return { folder, version: String(manifest.version), manifest };
    }
    if (folder === dirname(folder)) throw new Error('expected a package.json with a version above Headgate');
  }
}
