import { DateTime } from 'luxon';
import type { BusinessDays, NodeFacts, NodeServiceFacts, OfferFacts } from '../model/network.js';
import { byNode } from './by-node.js';
import { readyAtOf, type WorkingHours } from './ready-at.js';
import { nextWorkingDay } from './working-days.js';

/** How long a service takes: hours on the clock, or, where there are any, business days. */
export interface Transit {
  readonly transitHours: number;
  readonly businessDays?: BusinessDays | null;
}

const HOUR_MS = 3_600_000;

/**
 * When what leaves at `leaving` is at the door.
 *
 * Business days are those on which the carrier delivers, counted in the time zone of where the goods leave from; the hour of the day
 * stays, whatever the clocks do. What leaves on a day without delivery counts from there, too: one day is the next day of delivery.
 */
export function arrivalAfter(leaving: Date, { transitHours, businessDays }: Transit, timeZone: string): Date {
  if (!businessDays) return new Date(leaving.getTime() + transitHours * HOUR_MS);
  const here = DateTime.fromJSDate(leaving, { zone: timeZone });
  if (!here.isValid) throw new RangeError(`expected an IANA time zone, got "${timeZone}"`);
  const { hour, minute, second, millisecond } = here;
  let at: DateTime = here;
  for (let days = businessDays.days; days > 0; days -= 1) at = nextWorkingDay(at, businessDays);
  return at.set({ hour, minute, second, millisecond }).toJSDate();
}

/** The part of a snapshot that transit is worked out from. */
interface Shipping {
  readonly takenAt: Date;
  readonly nodes: readonly (WorkingHours & Pick<NodeFacts, 'id' | 'leadTimeHours'>)[];
  readonly offers: readonly Pick<OfferFacts, 'nodeId' | 'leadTimeHours'>[];
  readonly services: readonly (Transit & Pick<NodeServiceFacts, 'nodeId'>)[];
}

/**
 * The snapshot with every service's transit in whole hours, as a routing request has it.
 *
 * Business days take more or fewer hours by the moment of leaving, and a request has one figure for each service: it is that of
 * the moment, of those at which something of this order could leave the node, from which it takes longest, rounded up.
 */
export function withTransitHours<S extends Shipping>(snapshot: S): S {
  if (!snapshot.services.some(({ businessDays }) => businessDays)) return snapshot;
  const nodes = new Map(snapshot.nodes.map((node) => [node.id, node]));
  const offers = byNode(snapshot.offers);
  const readyFrom = readyAtOf(snapshot.takenAt);
  const leavings = new Map<number, readonly Date[]>();
  const leavingsOf = (node: Shipping['nodes'][number]) => {
    const known = leavings.get(node.id);
    if (known) return known;
    const leadTimes = (offers.get(node.id) ?? []).map((offer) =>
      Math.max(node.leadTimeHours, offer.leadTimeHours ?? 0),
    );
    const moments = [...new Set([node.leadTimeHours, ...leadTimes])].map((hours) => readyFrom(hours, node));
    leavings.set(node.id, moments);
    return moments;
  };
  const hoursOf = (service: Shipping['services'][number]): number => {
    const node = nodes.get(service.nodeId);
    if (!node) return service.transitHours;
    const hours = leavingsOf(node).map((leaving) => {
      const arrival = arrivalAfter(leaving, service, node.timeZone);
      return Math.ceil((arrival.getTime() - leaving.getTime()) / HOUR_MS);
    });
    return Math.max(...hours);
  };
  return {
    ...snapshot,
    services: snapshot.services.map((service) =>
      service.businessDays ? { ...service, transitHours: hoursOf(service), businessDays: null } : service,
    ),
  };
}
