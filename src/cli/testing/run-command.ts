import type { Command } from 'commander';
import { vi } from 'vitest';

/** What a command wrote and how it would end its process. */
export interface CommandRun {
  readonly said: string;
  readonly complained: string;
  readonly exitCode: unknown;
}

/** Runs a command in this process on the database at `url`. Errors: what the command throws. */
export async function runCommand(command: Command, url: string, words: readonly string[]): Promise<CommandRun> {
  const before = process.exitCode;
  vi.stubEnv('DATABASE_URL', url);
  let [said, complained] = ['', ''];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const complain = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complained += String(text);
    return true;
  });
  try {
    process.exitCode = 0;
    await command.parseAsync(words, { from: 'user' });
    return { said, complained, exitCode: process.exitCode };
  } finally {
    write.mockRestore();
    complain.mockRestore();
    vi.unstubAllEnvs();
    process.exitCode = before;
  }
}
