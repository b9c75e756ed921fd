import type { DecidedShipment } from '../decision.js';
import { type ReasonCode, RULE_REASONS } from '../reasons.js';
import type { RequestLine, RoutingRequest } from '../request.js';
import { loadsOf, rulesKept } from './node-codes.js';

/** Units per line that shipments bring together, with the fewest shipments that do. */
type Brought = ReadonlyMap<string, { readonly units: readonly number[]; readonly shipments: number }>;

/** With all rules of shipments there is one more: how many they are. */
const SHIPMENT_LIMIT = RULE_REASONS.indexOf('SHIPMENT_LIMIT');

/**
 * Why units of lines stay, by line id, from all that shipments could bring at all: of an order that must go and cannot (`shipped` null), or of
 * what is left besides some shipments. COSTLIER: nothing stops them. Only for tiny requests; shares nothing with the engine.
 */
export function lineCodes(
  request: RoutingRequest,
  shipped: readonly DecidedShipment[] | null,
): ReadonlyMap<string, ReasonCode> {
  const plans = new Plans(request);
  const lines = request.order.lines ?? [];
  const pieces = [...new Set(lines.map(({ id, group }) => (group === undefined ? id : `kit ${group}`)))].map((name) =>
    lines.filter(({ id, group }) => (group === undefined ? id : `kit ${group}`) === name),
  );
  const alone = (piece: RequestLine[]) => firstWithout((level) => plans.bring(piece, level));
  const reasonOf = (piece: RequestLine[]): ReasonCode => {
    if (shipped !== null) {
      const sent = (line: RequestLine) =>
        shipped
          .flatMap(({ items }) => items)
          .reduce((sum, { lineId, quantity }) => sum + (lineId === line.id ? quantity : 0), 0);
      const wanted = lines.map((line) => (piece.includes(line) ? line.quantity : sent(line)));
      return alone(piece) ?? firstWithout((level) => plans.bringJust(wanted, level)) ?? 'COSTLIER';
    }
    const own = alone(piece);
    if (own !== null || pieces.some((other) => alone(other) !== null)) return own ?? 'ORDER_INCOMPLETE';
    const company: RequestLine[] = [];
    for (const other of pieces)
      if (other !== piece && plans.bring([...company, ...other], SHIPMENT_LIMIT)) company.push(...other);
    return firstWithout((level) => plans.bring([...company, ...piece], level)) ?? 'ORDER_INCOMPLETE';
  };
  return new Map(pieces.flatMap((piece) => piece.map((line) => [line.id, reasonOf(piece)])));
}

function firstWithout(holds: (level: number) => boolean): ReasonCode | null {
  return RULE_REASONS.find((_, level) => !holds(level)) ?? null;
}

/** What the nodes of a request could bring together where only the first rules count. */
class Plans {
  private readonly brought = new Map<number, Brought>();
  /** By node, each load as units per line, with how many of the rules it keeps. */
  private readonly loads: readonly (readonly { readonly units: readonly number[]; readonly kept: number }[])[];

  constructor(private readonly request: RoutingRequest) {
    const { nodes = [], order } = request;
    const loads = loadsOf(request);
    this.loads = nodes.map((node) =>
      loads.map((held) => ({
        units: (order.lines ?? []).map((line) => held.find((each) => each.line === line)?.units ?? 0),
        kept: rulesKept(request, node, held),
      })),
    );
  }

  /** Whether these lines can come in full, whatever comes of others. */
  bring(whole: readonly RequestLine[], level: number): boolean {
    const lines = this.request.order.lines ?? [];
    return this.some(level, (units) =>
      lines.every(({ quantity, partial, ...line }, at) => {
        if (units[at] === quantity) return true;
        if (whole.some(({ id }) => id === line.id)) return false;
        return partial !== false || units[at] === 0;
      }),
    );
  }

  /** Whether just these units can come. */
  bringJust(wanted: readonly number[], level: number): boolean {
    return this.some(level, (units) => wanted.every((most, at) => units[at] === most));
  }

  private some(level: number, accept: (units: readonly number[]) => boolean): boolean {
    const limit = level < SHIPMENT_LIMIT ? undefined : this.request.policy.maxShipments;
    const brought = this.at(Math.min(level, SHIPMENT_LIMIT - 1));
    return [...brought.values()].some(
      ({ units, shipments }) => shipments <= (limit ?? Number.POSITIVE_INFINITY) && accept(units),
    );
  }

  private at(level: number): Brought {
    const known = this.brought.get(level);
    if (known) return known;
    const { order, policy } = this.request;
    const lines = order.lines ?? [];
    const nothing = lines.map(() => 0);
    let brought: Brought = new Map([[String(nothing), { units: nothing, shipments: 0 }]]);
    for (const loads of this.loads) {
      const after = new Map(brought);
      for (const { units, shipments } of brought.values())
        for (const load of loads) {
          if (load.kept <= level) continue;
          const mayComeTwice = ({ group }: RequestLine) => policy.splitLines !== false && group === undefined;
          const sum = units.map((each, at) => each + (load.units[at] ?? 0));
          const fits = lines.every(
            (line, at) =>
              (sum[at] ?? 0) <= line.quantity && (mayComeTwice(line) || units[at] === 0 || load.units[at] === 0),
          );
          if (!fits || shipments + 1 >= (after.get(String(sum))?.shipments ?? Number.POSITIVE_INFINITY)) continue;
          after.set(String(sum), { units: sum, shipments: shipments + 1 });
        }
      brought = after;
    }
    this.brought.set(level, brought);
    return brought;
  }
}
