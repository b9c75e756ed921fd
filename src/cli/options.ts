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

/** Gathers an option that may be given several times, or once with commas. */
export function several(text: string, before: readonly string[] = []): string[] {
  const parts = text.split(',').map((part) => part.trim());
  return [...before, ...parts.filter((part) => part !== '')];
}
