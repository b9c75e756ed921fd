/** A linear expression: whole coefficients, to be divided by a scale, by variable. */
export type Terms = readonly (readonly [coefficient: bigint, variable: string])[];

type Scale = 1 | 10_000 | 10_000_000_000;

/** Writes an integer program in the LP format; every coefficient is a decimal that stands for an exact fraction of `scale`. */
export class LpText {
  private readonly rows: string[] = [];
  private readonly bounds: string[] = [];
  private readonly integers: string[] = [];
  private readonly names = new Set<string>();

  /** How many variables there are. */
  get size(): number {
    return this.names.size;
  }

  /** A whole number from 0 to `most`. */
  integer(name: string, most: bigint): string {
    this.names.add(name);
    this.integers.push(name);
    this.bounds.push(`0 <= ${name} <= ${most}`);
    return name;
  }

  binary(name: string): string {
    return this.integer(name, 1n);
  }

  /** A number from 0 up. */
  continuous(name: string): string {
    this.names.add(name);
    return name;
  }

  /** terms ≤, ≥ or = limit. Terms and limit are divided by `scale`, so that money stands in units of currency. */
  row(terms: Terms, relation: '<=' | '>=' | '=', limit: bigint, scale: Scale = 1): void {
    const left = sum(terms, scale);
    if (left === null) {
      const holds = relation === '<=' ? 0n <= limit : relation === '>=' ? 0n >= limit : limit === 0n;
      if (!holds) this.impossible();
      return;
    }
    this.rows.push(` r${this.rows.length}: ${left} ${relation} ${decimal(limit, scale)}`);
  }

  /** Nothing satisfies the program. */
  private impossible(): void {
    const name = this.continuous('never');
    this.rows.push(` r${this.rows.length}: ${name} <= -1`);
  }

  /** The whole text, minimising `objective`. */
  minimising(objective: Terms, scale: Scale): string {
    const some = [...this.names][0] ?? 'nothing';
    return [
      'Minimize',
      ` cost: ${sum(objective, scale) ?? `0 ${some}`}`,
      'Subject To',
      ...(this.rows.length > 0 ? this.rows : [` none: ${some} >= 0`]),
      'Bounds',
      ...this.bounds.map((bound) => ` ${bound}`),
      ...(this.integers.length > 0 ? ['General', ...lines(this.integers)] : []),
      'End',
      '',
    ].join('\n');
  }
}

function sum(terms: Terms, scale: Scale): string | null {
  const totals = new Map<string, bigint>();
  for (const [coefficient, variable] of terms) totals.set(variable, (totals.get(variable) ?? 0n) + coefficient);
  const texts = [...totals].flatMap(([variable, total]) =>
    total === 0n ? [] : [`${total < 0n ? '-' : '+'} ${decimal(total < 0n ? -total : total, scale)} ${variable}`],
  );
  return texts.length > 0 ? lines(texts).join('\n') : null;
}

/** Several to a line: readers of this format dislike long lines. */
function lines(words: readonly string[]): string[] {
  return Array.from(
    { length: Math.ceil(words.length / 8) },
    (_, at) => ` ${words.slice(at * 8, at * 8 + 8).join(' ')}`,
  );
}

function decimal(value: bigint, scale: Scale): string {
  const places = String(scale).length - 1;
  if (places === 0) return String(value);
  const digits = String(value < 0n ? -value : value).padStart(places + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
