import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Two projects: pure tests need nothing; database tests share one embedded PostgreSQL, a fresh database per file.
const shared = {
  resolve: {
    alias: [
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      // As a package of its own finds it.
      { find: 'headgate/kit', replacement: fileURLToPath(new URL('src/connectors/kit/index.ts', import.meta.url)) },
    ],
  },
};

/** One module cache a worker: reading typeorm and graphql anew for each file would take a third of the whole time. No test leaves state in a module. */
const isolate = false;

export default defineConfig({
  test: {
    // A worker for every core: half of its time a test waits for the database or for a child process.
    maxWorkers: '100%',
    projects: [
      {
        ...shared,
        test: {
          name: 'pure',
          isolate,
          include: ['{src,test}/**/*.test.ts', 'scripts/**/*.test.mjs', 'examples/**/*.test.js'],
          exclude: ['**/*.db.test.ts', '**/node_modules/**'],
          setupFiles: ['test/setup.ts'],
          // A bound, not a measure: property tests take seconds each where the machine is busy.
          testTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'db',
          isolate,
          include: ['{src,test}/**/*.db.test.ts'],
          setupFiles: ['test/setup.ts'],
          globalSetup: ['test/postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
