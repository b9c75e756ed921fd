import fc from 'fast-check';
import type { Deed } from './deed.js';
import { count, holdAllLaws, look, type Model, shelvesOf } from './laws.js';
import {
  cancel,
  confirm,
  expire,
  readDocuments,
  route,
  send,
  serve,
  submit,
  unconfirmedOrder,
  vendorWorks,
} from './order-deeds.js';
import type { Shop } from './shop.js';
import {
  answerLive,
  bareNo,
  deliver,
  feed,
  type Making,
  type Mangled,
  make,
  reconsider,
  relieve,
  tidy,
  trade,
  wait,
} from './stock-deeds.js';
import type { AtSubmit } from './true-vendor.js';

type Command = fc.AsyncCommand<Model, Shop>;

/** Each step takes so long, and each report a millisecond more: no two of a vendor are of the same moment, however its clock is off. */
const STEP_MS = 1_007;

function step(deeds: readonly Deed[]): Command {
  return {
    check: (model) => deeds.every((deed) => deed.may?.(model) ?? true),
    async run(model, shop) {
      shop.clock.advance(STEP_MS);
      const before = model.seen;
      const shelves = shelvesOf(shop, before);
      const beside = { ...shop, deps: shop.other };
      const claims = await Promise.all(deeds.map((deed, n) => deed.does(model, n % 2 === 0 ? shop : beside)));
      model.seen = await look(shop, before.ledger.last);
      for (const deed of deeds) count(model, deed.name.split(' ')[0] ?? '');
      for (const { entry } of model.seen.ledger.entries) count(model, `ledger ${entry}`);
      holdAllLaws(shop, model, before, shelves);
      // What one step claims of its outcome is true only where nobody else acted in the same moment.
      if (deeds.length === 1) for (const claim of claims) claim?.(before, model.seen);
    },
    toString: () => deeds.map((deed) => deed.name).join(' ∥ '),
  };
}

const pick = fc.nat(30);
const making: fc.Arbitrary<Making> = fc.record({
  vendor: fc.nat(1),
  kind: fc.constantFrom('snapshot', 'delta', 'delta'),
  places: fc.oneof({ weight: 3, arbitrary: fc.constant('all' as const) }, fc.integer({ min: 1, max: 15 })),
  // A clock that is fast for all that it may be shows most: a report then speaks of what its vendor does not know yet.
  offSeconds: fc.oneof(fc.integer({ min: -60, max: 60 }), fc.constant(60)),
  oldSeconds: fc.integer({ min: 0, max: 120 }),
  withMoment: fc.boolean(),
});
const expiry = fc.constantFrom(10, 60, 200, 200, 16 * 60);

const submission = fc
  .tuple(fc.tuple(fc.nat(3), fc.nat(3)), fc.boolean(), fc.boolean())
  .map(([quantities, explicit, reject]) => submit(quantities, explicit, reject));

/** What may happen, each as often as it deserves. */
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: submission },
  { weight: 3, arbitrary: pick.map(confirm) },
  { weight: 2, arbitrary: pick.map(expire) },
  { weight: 1, arbitrary: pick.map(cancel) },
  { weight: 1, arbitrary: pick.map(route) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        pick,
        fc.oneof(
          { weight: 4, arbitrary: fc.constant<AtSubmit>('takes') },
          fc.constantFrom<AtSubmit>('takes and stays silent', 'is away', 'loses it'),
        ),
      )
      .map(([n, how]) => send(n, how)),
  },
  {
    weight: 7,
    arbitrary: fc
      .tuple(
        pick,
        fc.constantFrom('accept', 'accept', 'ship', 'ship', 'reject', 'give up', 'refuse'),
        fc.integer({ min: 1, max: 3 }),
      )
      .map(([n, what, units]) => vendorWorks(n, what as 'accept', units)),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(pick, fc.constantFrom<'accept' | 'ship'>('accept', 'ship', 'ship'), fc.integer({ min: 1, max: 3 }))
      .map(([n, what, units]) => serve(n, what, units)),
  },
  { weight: 4, arbitrary: fc.tuple(fc.nat(1), fc.boolean()).map(([n, again]) => readDocuments(n, again)) },
  { weight: 2, arbitrary: fc.tuple(pick, fc.constantFrom(1, 2, 5, -1, -3)).map(([n, units]) => trade(n, units)) },
  { weight: 2, arbitrary: making.map(make) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(making, fc.constantFrom<Mangled>('whole', 'whole', 'whole', 'whole', 'truncated', 'unreadable'))
      .map(([made, how]) => feed(made, how)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(pick, fc.constantFrom<Mangled>('whole', 'whole', 'truncated', 'unreadable'))
      .map(([n, how]) => deliver(n, how)),
  },
  { weight: 1, arbitrary: fc.tuple(pick, fc.nat(120)).map(([n, old]) => answerLive(n, old)) },
  { weight: 1, arbitrary: pick.map(bareNo) },
  { weight: 3, arbitrary: pick.map(relieve) },
  { weight: 1, arbitrary: fc.nat(1).map(reconsider) },
  { weight: 4, arbitrary: expiry.map(wait) },
  { weight: 1, arbitrary: fc.constant(tidy) },
);

/** What changes an order that is there, for two who do so at once. */
const ofOneOrder = pick.chain((n) =>
  fc.uniqueArray(fc.constantFrom(confirm(n), expire(n), cancel(n, unconfirmedOrder), route(n, unconfirmedOrder)), {
    minLength: 2,
    maxLength: 3,
  }),
);

/** One thing after another, and now and then several at once: any, all for the same units, or all with the same order. */
export const steps: fc.Arbitrary<Command> = fc.oneof(
  { weight: 15, arbitrary: deed.map((one) => step([one])) },
  { weight: 3, arbitrary: fc.array(deed, { minLength: 2, maxLength: 3 }).map(step) },
  { weight: 1, arbitrary: fc.array(submission, { minLength: 3, maxLength: 5 }).map(step) },
  { weight: 1, arbitrary: ofOneOrder.map(step) },
);
