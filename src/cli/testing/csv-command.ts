import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { openTestDatabase } from '../../store/testing/open-test-database.js';
import { type CommandRun, runCommand } from './run-command.js';

/** A command that imports CSV, on a database of its own. */
export interface CsvCommand {
  readonly pool: Awaited<ReturnType<typeof openTestDatabase>>['pool'];
  run(...words: string[]): Promise<CommandRun>;
  /** Imports a text as a file. */
  imports(text: string, ...words: string[]): Promise<CommandRun>;
  /** What an import of a text was refused for, without the file's name. */
  faults(text: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function openCsvCommand(command: () => Command): Promise<CsvCommand> {
  const database = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'headgate-csv-'));
  const run = (...words: string[]) => runCommand(command(), database.url, words);
  const imports = async (text: string, ...words: string[]) => {
    const path = join(folder, 'file.csv');
    await writeFile(path, text);
    return run('import', path, ...words);
  };
  return {
    pool: database.pool,
    run,
    imports,
    async faults(text) {
      const { complained, exitCode } = await imports(text);
      if (exitCode !== 2) throw new Error(`expected exit status 2, got ${String(exitCode)}`);
      return complained
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^.*file\.csv(:| )\s*/, ''));
    },
    async close() {
      await rm(folder, { recursive: true, force: true });
      await database.close();
    },
  };
}
