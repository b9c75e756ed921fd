import { tenThousandths } from '../../check/check-shipment.js';
import type { RequestNode, RequestService } from '../../request.js';

/** The greatest totals that a node could be asked to ship. Goods in 1/10000. */
export interface Greatest {
  readonly grams: bigint;
  readonly volume: bigint;
  readonly units: bigint;
  readonly goods: bigint;
}

/** What a choice demands of a shipment's totals; a missing one demands nothing. */
export type Limits = { readonly [total in keyof Greatest]?: { readonly least?: bigint; readonly most?: bigint } };

/**
 * One way for a node to ship: a service, one step of its tariff, and so many days late. What it costs is a constant, so
 * rounding of surcharges and rates that fall are no trouble to a linear model.
 */
export interface Choice {
  readonly service: RequestService;
  readonly days: bigint;
  /** Freight, surcharges and lateness, in 1/10000. */
  readonly cost: bigint;
  readonly limits: Limits;
  /** Further steps of `beyond`, counted by a whole variable: room and price of each, their surcharges left unrounded. */
  readonly more?: More & { readonly percent: bigint };
}

interface More {
  readonly room: bigint;
  readonly price: bigint;
  /** The greatest measure that the service carries, or that could be asked of it. */
  readonly carried: bigint;
}

/** Steps of `beyond` that become choices of their own; what lies above is counted, and rounding is lost there. */
const STEPS = 24n;

interface Step {
  readonly least: bigint;
  readonly most: bigint;
  readonly price: bigint;
  readonly more?: More;
}

/** All ways to ship from a node by one service. `dayCosts`: the cost of each number of late days that may be had. */
export function choicesOf(
  service: RequestService,
  greatest: Greatest,
  dayCosts: ReadonlyMap<bigint, bigint>,
): readonly Choice[] {
  const found: Choice[] = [];
  let dearest = -1n;
  for (const step of stepsOf(service, greatest)) {
    // A step from which no cheaper one could be reached by posing as more needs no floor.
    const floor = step.price < dearest ? step.least : 0n;
    dearest = step.price > dearest ? step.price : dearest;
    const percent = (service.surcharges ?? []).reduce(
      (total, each) => ('percent' in each && each.percent !== undefined ? total + tenThousandths(each.percent) : total),
      0n,
    );
    for (const limits of limitsOf(service, floor, step.most))
      for (const [days, lateness] of dayCosts)
        found.push({
          service,
          days,
          limits,
          cost: step.price + surchargesOn(service, step.price) + lateness,
          ...(step.more === undefined ? {} : { more: { ...step.more, percent } }),
        });
  }
  return found;
}

function surchargesOn(service: RequestService, freight: bigint): bigint {
  return (service.surcharges ?? []).reduce((total, each) => {
    if ('amount' in each && each.amount !== undefined) return total + tenThousandths(each.amount);
    const percent = 'percent' in each ? tenThousandths(each.percent) : 0n;
    // percent/100 of the freight, half up: both are in 1/10000.
    return total + (freight * percent + 500_000n) / 1_000_000n;
  }, 0n);
}

function stepsOf(service: RequestService, greatest: Greatest): readonly Step[] {
  const read = (bound: number | string) => (typeof bound === 'string' ? tenThousandths(bound) : BigInt(bound));
  const top = greatestMeasure(service, greatest);
  const carried = service.maximum === undefined || read(service.maximum) > top ? top : read(service.maximum);
  const steps: Step[] = [];
  let least = 0n;
  let price = 0n;
  for (const rate of service.rates ?? []) {
    if (least > carried) return steps;
    const upTo = read(rate.upTo);
    price = tenThousandths(rate.price);
    steps.push({ least, most: upTo < carried ? upTo : carried, price });
    least = upTo + 1n;
  }
  if (steps.length === 0 || service.beyond === undefined || least > carried) return steps;
  const room = read(service.beyond.every);
  const each = tenThousandths(service.beyond.price);
  // The cubic centimetres of a step have to be whole where steps are counted.
  const countable =
    service.dimensionalDivisor === undefined || (room * BigInt(service.dimensionalDivisor)) % 1000n === 0n;
  for (let step = 1n; (step <= STEPS || !countable) && least <= carried; step += 1n) {
    const most = least - 1n + room;
    steps.push({ least, most: most < carried ? most : carried, price: price + step * each });
    least = most + 1n;
  }
  if (least <= carried)
    steps.push({ least, most: least - 1n, price: price + STEPS * each, more: { room, price: each, carried } });
  return steps;
}

function greatestMeasure(service: RequestService, { grams, volume, units, goods }: Greatest): bigint {
  if (service.basis === 'units') return units;
  if (service.basis === 'goods') return goods;
  if (service.dimensionalDivisor === undefined) return grams;
  const divisor = BigInt(service.dimensionalDivisor);
  const dimensional = (volume * 1000n + divisor - 1n) / divisor;
  return dimensional > grams ? dimensional : grams;
}

/** The demands of a step: several, where more than one total can lift the measure above the floor. */
function limitsOf(service: RequestService, least: bigint, most: bigint): readonly Limits[] {
  const floor = least > 0n ? { least } : {};
  if (service.basis === 'units') return [{ units: { ...floor, most } }];
  if (service.basis === 'goods') return [{ goods: { ...floor, most } }];
  if (service.dimensionalDivisor === undefined) return [{ grams: { ...floor, most } }];
  const divisor = BigInt(service.dimensionalDivisor);
  const volume = { most: (most * divisor) / 1000n };
  if (least === 0n) return [{ grams: { most }, volume }];
  // ⌈cm³ × 1000 / divisor⌉ ≥ least where cm³ × 1000 > (least − 1) × divisor.
  const leastVolume = ((least - 1n) * divisor) / 1000n + 1n;
  return [
    { grams: { least, most }, volume },
    { grams: { most }, volume: { ...volume, least: leastVolume } },
  ];
}

/** Days late of goods that are ready at a moment; 0 where they arrive in time or nothing was promised. */
export function daysLate(
  node: RequestNode,
  readyAt: string | undefined,
  service: RequestService,
  deliverBy?: string,
): bigint {
  if (deliverBy === undefined) return 0n;
  const leaving = Math.max(Date.parse(node.readyAt), readyAt === undefined ? 0 : Date.parse(readyAt));
  const late = leaving + service.transitHours * 3_600_000 - Date.parse(deliverBy);
  return late <= 0 ? 0n : BigInt(Math.ceil(late / 86_400_000));
}
