import Table from 'cli-table3';
import pc from 'picocolors';
import type { PollStanding } from '../store/poll-standing.js';

/** One line of JSON on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** The same values with every control character in their texts shown as "?": what others wrote must not steer a terminal. */
export function withoutControls<T>(value: T): T {
  if (typeof value === 'string') return value.replace(/\p{Cc}/gu, '?') as T;
  if (Array.isArray(value)) return value.map((each) => withoutControls(each)) as T;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutControls(each)])) as T;
}

/** Rows for people, or a sentence where there are none. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[], none: string): void {
  process.stdout.write(`${rows.length === 0 ? none : tableText(head, rows)}\n`);
}

/** A table as text; `right` names the columns of figures, by place. Colours only where the terminal shows them. */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (right.includes(column) ? 'right' : 'left')),
    style: { head: pc.isColorSupported ? ['bold'] : [], border: pc.isColorSupported ? ['gray'] : [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** A moment to the minute, UTC. */
export function minute(at: Date | null): string {
  return at === null ? '' : at.toISOString().slice(0, 16).replace('T', ' ');
}

/** How reading a vendor or an account stands, in a few words; nothing where it is not read. */
export function standing(of: PollStanding | undefined): string {
  if (of === undefined) return '';
  const last = of.answeredAt === null ? 'never' : minute(of.answeredAt);
  if (of.failures === 0) return last;
  return `${last}, ${of.failures} failures since, ${of.againAt === null ? 'set aside' : `again ${minute(of.againAt)}`}`;
}
