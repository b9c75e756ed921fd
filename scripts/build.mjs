// Compiles the sources to dist/ where anything changed since the last build, and removes what deleted sources left there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.built');
const SOURCES = ['src', 'migrations'];
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Builds where needed; false where the compiler found errors, which it has printed. */
export function build() {
  const sources = SOURCES.flatMap((folder) => filesBelow(join(ROOT, folder))).filter(isCompiled);
  const expected = new Set(sources.map((file) => relative(ROOT, file).replace(/\.ts$/, '')));
  const outputs = SOURCES.flatMap((folder) => filesBelow(join(DIST, folder)));
  const stale = outputs.filter((file) => !expected.has(relative(DIST, file).replace(/\.(js(\.map)?|d\.ts)$/, '')));
  for (const file of stale) rmSync(file);
  const stamp = stampOf([...sources, ...SETTINGS.map((file) => join(ROOT, file))]);
  const whole = [...expected].every((file) => existsSync(join(DIST, `${file}.js`)));
  if (whole && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return true;
  // The compiler writes only what changed, and would not notice an output that is gone.
  if (!whole) rmSync(join(DIST, '.tsbuildinfo'), { force: true });
  rmSync(STAMP, { force: true });
  const started = performance.now();
  process.stdout.write('building Headgate ... ');
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) return false;
  chmodSync(join(DIST, 'src', 'cli.js'), 0o755);
  writeFileSync(STAMP, stamp);
  process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return true;
}

/** As tsconfig.build.json includes and excludes. */
function isCompiled(file) {
  return file.endsWith('.ts') && !file.endsWith('.test.ts') && !relative(ROOT, file).split('/').includes('testing');
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Changes whenever a source may have: by path, size and time, which a restored older file changes too. */
function stampOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(ROOT, file)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !build()) process.exitCode = 1;
