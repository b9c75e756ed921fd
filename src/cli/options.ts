import { InvalidArgumentError, Option } from 'commander';

/** `--data`, as every command that looks for a Headgate or its database has it. */
export function dataOption(): Option {
  return new Option('--data <folder>', 'data folder (HEADGATE_DATA)');
}

/** Reads an option as a whole number within bounds. */
export function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high)
      throw new InvalidArgumentError(`expected a whole number from ${low} to ${high}`);
    return value;
  };
}

/** Reads an option as a day. */
export function day(text: string): string {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  if (at === null || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('expected a day, such as 2026-12-31');
  return text;
}

/** Gathers an option that may be given several times, or once with commas. */
export function several(text: string, before: readonly string[] = []): string[] {
  const parts = text.split(',').map((part) => part.trim());
  return [...before, ...parts.filter((part) => part !== '')];
}
