// `npm start`: builds what changed, then starts in this same process, so that Ctrl-C reaches Headgate itself.
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

if (build()) {
  process.argv.splice(1, 1, fileURLToPath(new URL('../dist/src/cli.js', import.meta.url)), 'start');
  await import('../dist/src/cli.js');
} else {
  process.exitCode = 1;
}
