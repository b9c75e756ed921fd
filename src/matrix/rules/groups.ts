/** Lines that go together: kits, and what rules join to them. */
export class Groups {
  /** Line number -> the name of its group. */
  private readonly of = new Map<number, string>();

  constructor(lines: readonly { readonly lineNo: number; readonly group: string | null }[]) {
    for (const { lineNo, group } of lines) if (group !== null) this.of.set(lineNo, group);
  }

  /** Joins lines, with all that is in a group of one of them. False where there are no two. */
  join(lines: readonly number[], name: string): boolean {
    const distinct = [...new Set(lines)];
    if (distinct.length < 2) return false;
    const joined = new Set(distinct.flatMap((lineNo) => this.of.get(lineNo) ?? []));
    const [first] = joined;
    const group = first ?? `rule:${name}`;
    for (const lineNo of distinct) this.of.set(lineNo, group);
    for (const [lineNo, other] of this.of) if (joined.has(other)) this.of.set(lineNo, group);
    return true;
  }

  result(): ReadonlyMap<number, string> {
    return this.of;
  }
}
