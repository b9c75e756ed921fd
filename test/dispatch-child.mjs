// Runs test/dispatch-child.ts as a process of its own: vite compiles it as it does for the tests, decorators included.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const { module } = await runnerImport(fileURLToPath(new URL('dispatch-child.ts', import.meta.url)), {
  root,
  configFile: false,
  logLevel: 'error',
});
await module.main();
