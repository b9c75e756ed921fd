import { decide } from '../decide.js';
import type { Decision } from '../decision.js';
import type { RequestLine, RequestNode, RequestOffer, RequestService, RoutingRequest } from '../request.js';

/** What a small request has that is not as usual. */
export interface Unusual {
  readonly line?: Partial<RequestLine>;
  /** Further lines, each as the usual one but for this. */
  readonly more?: readonly Partial<RequestLine>[];
  readonly deliverBy?: string;
  readonly policy?: RoutingRequest['policy'];
  readonly nodes?: readonly RequestNode[];
  readonly exclusions?: RoutingRequest['exclusions'];
}

/** Three mugs of 500 g for 20.00 each, wanted from one node that has them. */
function smallRequest({
  line,
  more = [],
  deliverBy,
  policy = {},
  nodes = [node('main')],
  exclusions,
}: Unusual): RoutingRequest {
  const usual: RequestLine = { id: 'l1', sku: 'mug', quantity: 3, unitPrice: '20', unitWeightGrams: 500 };
  return {
    order: {
      id: 'order-1',
      currency: 'USD',
      placedAt: '2026-03-02T09:00:00Z',
      destination: { countryCode: 'US' },
      lines: [{ ...usual, ...line }, ...more.map((other, at) => ({ ...usual, id: `l${at + 2}`, ...other }))],
      ...(deliverBy === undefined ? {} : { deliverBy }),
    },
    nodes,
    policy,
    ...(exclusions === undefined ? {} : { exclusions }),
  };
}

/** A node with ten mugs at 4.00, that ships on 3 March at nine by a service that takes two days and carries 5 kg for 6.00. */
export function node(
  id: string,
  {
    offer,
    offers,
    service,
    services,
    ...rest
  }: Partial<RequestNode> & { readonly offer?: Partial<RequestOffer>; readonly service?: Partial<RequestService> } = {},
): RequestNode {
  return {
    id,
    vendorId: `vendor-${id}`,
    location: { countryCode: 'US' },
    readyAt: '2026-03-03T09:00:00Z',
    offers: offers ?? [{ sku: 'mug', available: 10, unitCosts: [{ fromQuantity: 1, unitCost: '4' }], ...offer }],
    services: services ?? [
      { id: 'ground', carrier: 'post', transitHours: 48, rates: [{ upTo: 5000, price: '6' }], ...service },
    ],
    ...rest,
  };
}

/** The decision of a small request, which the way for small requests and the search have to agree on. */
export function decided(unusual: Unusual): Decision {
  const request = smallRequest(unusual);
  const [decision, searched] = [decide(request), decide(request, { searchOnly: true })];
  const [ours, theirs] = [JSON.stringify(decision), JSON.stringify(searched)];
  if (ours !== theirs) throw new Error(`expected one decision, got ${ours}, and by the search ${theirs}`);
  return decision;
}
