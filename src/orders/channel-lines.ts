import type { CanonicalLine } from '../model/canonical-order.js';
import type { TenThousandths } from '../model/money.js';

/** A line of an order as it is stored. */
export interface OwnLine {
  readonly lineNo: number;
  readonly externalLineId: string;
  readonly sku: string;
  readonly ordered: number;
  readonly unitPrice: TenThousandths;
}

/** A line as the channel knows it: of a kit, the lines that became of it with their units per kit. */
export interface ChannelLine {
  readonly externalLineId: string;
  readonly sku: string;
  readonly unitPrice: TenThousandths;
  readonly ordered: number;
  readonly parts: readonly { readonly lineNo: number; readonly perUnit: number }[];
}

/**
 * An order's lines under the ids, SKUs and prices that its channel gave them; kits, which were taken apart, are whole again. Where
 * the payload is no longer there (`source` null), the lines as they are stored. Pure.
 */
export function channelLines(own: readonly OwnLine[], source: readonly CanonicalLine[] | null): ChannelLine[] {
  const itself = (line: OwnLine, sku = line.sku): ChannelLine => ({
    ...{ externalLineId: line.externalLineId, sku, unitPrice: line.unitPrice, ordered: line.ordered },
    parts: [{ lineNo: line.lineNo, perUnit: 1 }],
  });
  const given = new Map((source ?? []).map((line) => [line.externalLineId, line]));
  const lines: ChannelLine[] = [];
  const kits = new Map<string, ChannelLine['parts'][number][]>();
  for (const line of own) {
    const same = given.get(line.externalLineId);
    const kit = same ? undefined : kitOf(line, given);
    if (kit === undefined) {
      lines.push(itself(line, same?.sku));
      continue;
    }
    const parts = kits.get(kit.externalLineId) ?? [];
    if (parts.length === 0) {
      const { externalLineId, sku, unitPrice, quantity: ordered } = kit;
      lines.push({ externalLineId, sku, unitPrice, ordered, parts });
      kits.set(externalLineId, parts);
    }
    parts.push({ lineNo: line.lineNo, perUnit: line.ordered / kit.quantity });
  }
  return lines;
}

/** The kit that a component line came of: its id begins with the kit's, and its units are the same for each kit. */
function kitOf(line: OwnLine, given: ReadonlyMap<string, CanonicalLine>): CanonicalLine | undefined {
  for (let end = line.externalLineId.length; end > 0; end = line.externalLineId.lastIndexOf('/', end - 1)) {
    const kit = given.get(line.externalLineId.slice(0, end));
    if (kit !== undefined && kit.quantity > 0 && line.ordered % kit.quantity === 0) return kit;
  }
  return undefined;
}

/** Units of a channel's line of which every part is there. */
export function wholeUnits(line: ChannelLine, units: (lineNo: number) => number): number {
  return Math.min(...line.parts.map(({ lineNo, perUnit }) => Math.floor(units(lineNo) / perUnit)));
}

/** Units of a channel's line of which some part is among these. */
export function touchedUnits(line: ChannelLine, units: (lineNo: number) => number): number {
  return Math.max(...line.parts.map(({ lineNo, perUnit }) => Math.ceil(units(lineNo) / perUnit)));
}
