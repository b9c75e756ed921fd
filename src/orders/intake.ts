import { accountTerms } from '../model/account-terms.js';
import type { CanonicalOrder } from '../model/canonical-order.js';
import type { Fault } from '../model/order.js';
import { openDeadLetter } from '../store/dead-letters.js';
import { createOrder, finishIntake, type Intake, loadIntake, noteFaults } from '../store/intake.js';
import { resolveSkus } from '../store/skus.js';
import type { StepResult } from './contract.js';
import type { ChannelLink, OrderDeps } from './deps.js';
import type { OrderError } from './errors/codes.js';
import { normalise, SUBMIT_TOPIC } from './normalise.js';
import { carryOut } from './order-command.js';
import { commandOf } from './order-commands.js';
import { routeOrder } from './route.js';
import { type AgreedService, agreedService, UNMAPPED_SERVICE } from './shipping-service.js';
import { withSuggestions } from './suggest-skus.js';
import { faultOf, isPlainText, validateOrder } from './validate.js';

/** The channel calls the order a test: it is kept, and no vendor ever hears of it. */
const TEST_ORDER = 'TEST_ORDER';

/** How long after an order was made a worker routes it, unless whoever made it has done so: they mostly have. */
const ROUTED_BY_MAKER_MS = 3_000;

/** What became of a payload. */
export type TakenIn =
  /** `created` false: the order was there, made from another delivery. */
  | { readonly kind: 'orders'; readonly orders: readonly { readonly orderId: string; readonly created: boolean }[] }
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'refused'; readonly errors: readonly OrderError[]; readonly faults: readonly Fault[] };

/**
 * A kept payload on its way: normalised, validated, made into an order with its first event, and routed.
 *
 * What is wrong with it is kept with its paths; a webhook then waits as a dead letter, to be taken in again once the cause is
 * mended (an alias added, a mapping corrected), a mutation's caller has been told.
 */
export async function processIntake(deps: OrderDeps, intakeId: string): Promise<StepResult> {
  const intake = await loadIntake(deps.pool, intakeId);
  if (intake === null || intake.status !== 'received') return { outcome: 'nothing' };
  const command = intake.source === 'api' ? commandOf(intake.topic) : null;
  if (command) {
    const orderId = await carryOut(deps, command, intake);
    await finishIntake(deps.pool, intakeId, { status: 'applied', orderId });
    return { outcome: 'done', note: command.topic };
  }
  const channel = await deps.links.channel({ id: intake.accountId });
  if (channel === null) throw new Error(`expected account ${intake.accountId} of intake ${intake.id}, found none`);
  const taken = await takeIn(deps, intake, channel, 'system:intake');
  if (taken.kind === 'ignored') {
    await finishIntake(deps.pool, intakeId, { status: 'ignored' });
    return { outcome: 'done', note: `ignored: ${taken.why}` };
  }
  if (taken.kind === 'refused') {
    await refuse(deps, intake, taken.faults);
    return { outcome: 'done', note: `refused: ${taken.faults[0]?.code}` };
  }
  for (const { orderId, created } of taken.orders) {
    if (created) await routeOrder(deps, orderId, 'received');
  }
  return { outcome: 'done', note: `${taken.orders.length} orders` };
}

/** Makes the orders of a payload; ends its intake with the last of them. Running it again makes none twice. */
export async function takeIn(deps: OrderDeps, intake: Intake, channel: ChannelLink, actor: string): Promise<TakenIn> {
  const normalised = normalise(intake, channel);
  if (normalised.kind === 'ignored') return normalised;
  if (normalised.kind === 'faults') {
    const errors = normalised.faults.map(
      ({ message, path }): OrderError => ({ code: 'INVALID_PAYLOAD', message, path }),
    );
    return { kind: 'refused', errors, faults: normalised.faults };
  }
  const skus = normalised.orders.flatMap((order) => order.lines.map((line) => line.sku));
  const resolved = await resolveSkus(
    deps.pool,
    intake.accountId,
    [...new Set(skus)].filter((sku) => isPlainText(sku)),
  );
  const checked = normalised.orders.map((order) => validateOrder(order, resolved));
  const faulty = checked.flatMap((check) => (check.ok || check.nothingToShip ? [] : check.errors));
  const errors = await withSuggestions(deps.pool, intake.accountId, normalised.orders, faulty);
  if (errors.length > 0) return { kind: 'refused', errors, faults: errors.map(faultOf) };
  const valid = checked.flatMap((check) => (check.ok ? [check.valid] : []));
  if (valid.length === 0) {
    if (intake.source !== 'api') return { kind: 'ignored', why: 'nothing to ship' };
    const nothing = checked.flatMap((check) => (check.ok ? [] : check.errors));
    return { kind: 'refused', errors: nothing, faults: nothing.map(faultOf) };
  }
  const orders: { orderId: string; created: boolean }[] = [];
  const terms = accountTerms.safeParse(intake.accountTerms).data ?? {};
  for (const [index, { order, lines, source }] of valid.entries()) {
    const now = deps.clock.now();
    const service = agreedService(order, terms);
    const items = itemsOf(order, service).map((item) => ({ ...item, id: deps.newId() }));
    orders.push(
      await createOrder(deps.pool, {
        id: deps.newId(),
        intakeId: intake.id,
        accountId: intake.accountId,
        actor,
        order,
        whenShort: order.whenShort ?? intake.accountWhenShort,
        deliverBy: service.kind === 'agreed' ? service.deliverBy : (order.deliverBy ?? null),
        serviceCodes: service.kind === 'agreed' ? service.serviceCodes : null,
        ...{ lines, source, items },
        createdAt: now,
        nextActionAt: items.length > 0 ? null : new Date(now.getTime() + ROUTED_BY_MAKER_MS),
        endsIntake: index === valid.length - 1,
      }),
    );
  }
  deps.onCommitted?.();
  const last = orders.at(-1);
  if (last && !last.created) {
    // Another delivery made it, or an earlier run of this very intake, which then has ended it already.
    await finishIntake(deps.pool, intake.id, { status: 'ignored', orderId: last.orderId });
  }
  return { kind: 'orders', orders };
}

/** What a new order waits for before it is routed: a test order for ever, one of an unknown shipping service for a person. */
function itemsOf(order: CanonicalOrder, service: AgreedService) {
  const blocks = ['route', 'dispatch'] as const;
  return [
    ...(order.source?.test ? [{ reason: TEST_ORDER, evidence: {}, blocks }] : []),
    ...(service.kind === 'unmapped'
      ? [{ reason: UNMAPPED_SERVICE, evidence: { text: service.text, suggestions: service.suggestions }, blocks }]
      : []),
  ];
}

/** Keeps what is wrong. A mutation's caller is told; a webhook waits for repair. */
export async function refuse(deps: OrderDeps, intake: Intake, faults: readonly Fault[]): Promise<void> {
  if (intake.topic === SUBMIT_TOPIC && intake.source === 'api') {
    await finishIntake(deps.pool, intake.id, { status: 'refused', faults });
    return;
  }
  await noteFaults(deps.pool, intake.id, faults);
  await openDeadLetter(deps.pool, {
    id: deps.newId(),
    step: 'intake',
    subjectId: intake.id,
    errors: faults.map((fault) => ({ ...fault, class: 'permanent' })),
    attempts: intake.attempts + 1,
    at: deps.clock.now(),
  });
}
