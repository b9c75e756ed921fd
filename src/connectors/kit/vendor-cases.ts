import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type ConnectorError, type ErrorClass, errorChain } from '../../model/errors.js';
import type { CallContext } from '../connector.js';
import type { VendorConnector } from '../vendor.js';
import type { PurchaseOrder, VendorDocument } from '../vendor-documents.js';
import { answering, type CallBench, calling, cut, failureOf, silentCall } from './calls.js';
import type { ContractCase } from './cases.js';

/**
 * What goes wrong with a call: its answer is `lost`, or never comes (`silent`); the vendor is `away`, `busy` for 7 seconds, or `locked` to us;
 * it says `garbage`, or `failed` within.
 */
export type VendorTrouble = 'lost' | 'silent' | 'away' | 'busy' | 'locked' | 'garbage' | 'failed';

/** A vendor, or its double, that has nothing yet and works; what goes wrong with it is played in the calls' `fetch`. */
export interface VendorBench extends CallBench {
  /**
   * Of a vendor that is not reached through `fetch`: plays the trouble, and gives the call that meets it. Of `silent` its signal fires once
   * the call was made. The subject skips the cases of troubles that its transport does not know, with the reason.
   */
  readonly troubles?: Partial<Record<VendorTrouble, () => CallContext>>;
  /** One that this vendor takes. */
  purchaseOrder(poNumber: string): PurchaseOrder;
  /** How many purchase orders the vendor has under the number. */
  held(poNumber: string): Promise<number>;
  /** Resolves once the vendor has a document of it to be pulled. */
  untilSaid(poNumber: string): Promise<void>;
}

type Case = ContractCase<VendorConnector, VendorBench>;
const PO = 'HG-KIT0000000000001';
const PAGES_MAX = 100;
const ROWS_ASKED = 20;

/** What may go wrong with a submit, and how it must end. */
const TROUBLES: Readonly<
  Record<Exclude<VendorTrouble, 'silent'>, readonly [ErrorClass, (bench: VendorBench) => typeof fetch]>
> = {
  lost: [
    'unknown',
    (bench) =>
      async (...request) => {
        await (await bench.context.fetch(...request)).body?.cancel();
        throw cut('ECONNRESET');
      },
  ],
  garbage: ['unknown', () => answering(200, '<html>it works</html>')],
  failed: ['unknown', () => answering(500, 'oops')],
  away: ['transient', () => async () => Promise.reject(cut('ECONNREFUSED'))],
  busy: ['transient', () => answering(429, '', { 'retry-after': '7' })],
  locked: ['unauthorized', () => answering(401)],
};

const NAMES = ['lost', 'garbage', 'failed', 'away', 'busy', 'locked'] as const;

async function troubled(
  connector: VendorConnector,
  bench: VendorBench,
  name: keyof typeof TROUBLES,
  poNumber = PO,
): Promise<ConnectorError> {
  const [errorClass, fetchOf] = TROUBLES[name];
  const context = bench.troubles ? playing(bench.troubles, name) : calling(bench, fetchOf(bench));
  const error = await failureOf(connector.submitPurchaseOrder(bench.purchaseOrder(poNumber), context));
  assert.equal(error.errorClass, errorClass);
  return error;
}

function playing(troubles: NonNullable<VendorBench['troubles']>, name: VendorTrouble): CallContext {
  return (troubles[name] ?? assert.fail(`expected the bench to play "${name}", or the subject to skip the case`))();
}

async function pullAll(connector: VendorConnector, bench: VendorBench, from: string | null) {
  const documents: VendorDocument[] = [];
  let cursor = from;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const read = await connector.pullDocuments(cursor, calling(bench));
    assert.deepEqual(read.unreadable, [], 'what a vendor of the protocol says can be read');
    documents.push(...read.documents);
    cursor = read.cursor;
    if (!read.more) return { documents, cursor };
  }
  return assert.fail(`expected an end of the documents within ${PAGES_MAX} pages`);
}

const submit = (connector: VendorConnector, bench: VendorBench) =>
  connector.submitPurchaseOrder(bench.purchaseOrder(PO), calling(bench));
const trouble = (id: string, title: string, name: keyof typeof TROUBLES): Case => ({
  ...{ id, level: 'MUST', title },
  run: async (connector, bench) => void (await troubled(connector, bench, name)),
});
const idempotent = { what: 'idempotentSubmit', has: (one: VendorConnector) => one.capabilities.idempotentSubmit };
const asks = { what: 'checkAvailability', has: (one: VendorConnector) => one.capabilities.checkAvailability };
const cancels = { what: 'cancel', has: (one: VendorConnector) => one.capabilities.cancel };

const PACKS_ASKED = 1;

/** Asks live about everything that the vendor's own report names, up to a page, and about a SKU that it does not have. */
async function askLive(connector: VendorConnector, bench: VendorBench, context = calling(bench)) {
  const report = await connector.pullStock(calling(bench));
  const [first] = report.rows;
  assert.ok(first, 'expected stock at the bench to ask about');
  const named = report.rows.slice(0, ROWS_ASKED).map(({ nodeCode, vendorSku }) => ({ nodeCode, vendorSku }));
  const stranger = { nodeCode: first.nodeCode, vendorSku: 'HG-KIT-NO-SUCH-SKU' };
  const rows = [...named, stranger].map((row) => ({ ...row, packs: PACKS_ASKED }));
  const ask = connector.checkAvailability ?? assert.fail('expected checkAvailability where the capability says so');
  return { named, stranger, answer: await ask.call(connector, { rows }, context) };
}
const isSame = (a: { nodeCode: string; vendorSku: string }, b: { nodeCode: string; vendorSku: string }) =>
  a.nodeCode === b.nodeCode && a.vendorSku === b.vendorSku;

/** What every vendor connector keeps. */
export const vendorCases: readonly Case[] = [
  {
    ...{ id: 'VENDOR-001', level: 'MUST', title: 'a submit repeated under its PO number makes one PO' },
    needs: idempotent,
    async run(connector, bench) {
      const first = await submit(connector, bench);
      assert.equal((await submit(connector, bench)).vendorReference, first.vendorReference);
      assert.equal(await bench.held(PO), 1);
    },
  },
  {
    ...{ id: 'VENDOR-002', level: 'MUST', title: 'a lookup of a PO that was never sent says so' },
    async run(connector, bench) {
      assert.deepEqual(await connector.lookupPurchaseOrder(PO, calling(bench)), { found: false });
    },
  },
  {
    ...{ id: 'VENDOR-003', level: 'MUST', title: 'a lookup finds what was submitted' },
    async run(connector, bench) {
      const { vendorReference } = await submit(connector, bench);
      const found = await connector.lookupPurchaseOrder(PO, calling(bench));
      assert.ok(found.found && found.vendorReference === vendorReference);
      assert.ok(found.documents.every((document) => document.poNumber === PO));
    },
  },
  {
    ...{ id: 'VENDOR-004', level: 'MUST', title: 'a submit whose answer is lost is in doubt, and then found' },
    async run(connector, bench) {
      await troubled(connector, bench, 'lost');
      assert.equal((await connector.lookupPurchaseOrder(PO, calling(bench))).found, true);
      assert.equal(await bench.held(PO), 1);
    },
  },
  {
    ...{ id: 'VENDOR-005', level: 'MUST', title: 'a submit without an answer ends with its signal, in doubt' },
    async run(connector, bench) {
      const context = bench.troubles ? playing(bench.troubles, 'silent') : silentCall(bench).context;
      const error = await failureOf(connector.submitPurchaseOrder(bench.purchaseOrder(PO), context));
      assert.ok(context.signal.aborted, 'expected it to wait for its signal');
      assert.equal(error.errorClass, 'unknown');
    },
  },
  trouble('VENDOR-006', 'a submit to a vendor that cannot be reached surely did not arrive', 'away'),
  {
    ...{ id: 'VENDOR-007', level: 'MUST', title: 'a busy vendor is asked again, no sooner than it said' },
    async run(connector, bench) {
      assert.equal((await troubled(connector, bench, 'busy')).options.retryAfterMs, 7_000);
    },
  },
  trouble('VENDOR-008', 'a submit with credentials that are not accepted is told as such', 'locked'),
  trouble('VENDOR-009', 'a submit with an answer that cannot be read is in doubt', 'garbage'),
  trouble('VENDOR-010', 'a submit that fails within the vendor is in doubt', 'failed'),
  {
    ...{ id: 'VENDOR-011', level: 'MUST', title: 'no failure shows a secret' },
    async run(connector, bench) {
      const secrets = Object.values(bench.context.account.secrets ?? {}).map(String);
      assert.ok(secrets.length > 0, 'expected secrets in the account of the bench');
      const errors: ConnectorError[] = [];
      if (!bench.troubles) {
        const quoting: typeof fetch = async (_address, init) =>
          new Response(JSON.stringify({ error: `who is ${JSON.stringify(init?.headers)}` }), { status: 400 });
        const submitted = connector.submitPurchaseOrder(bench.purchaseOrder(PO), calling(bench, quoting));
        errors.push(await failureOf(submitted));
      }
      const { troubles = TROUBLES } = bench;
      // Each of a PO of its own: what one leaves behind is none of the next one's matter.
      for (const [at, name] of NAMES.entries())
        if (name in troubles) errors.push(await troubled(connector, bench, name, `HG-KIT000000000001${at}`));
      for (const error of errors)
        for (const secret of secrets)
          assert.ok(!(inspect(error, { depth: 8 }) + JSON.stringify(errorChain(error))).includes(secret), error.code);
    },
  },
  {
    ...{ id: 'VENDOR-012', level: 'MUST', title: 'a PO that was canceled is found canceled' },
    needs: cancels,
    async run(connector, bench) {
      await submit(connector, bench);
      const answer = await connector.cancelPurchaseOrder(PO, calling(bench));
      const found = await connector.lookupPurchaseOrder(PO, calling(bench));
      assert.equal(answer.kind === 'canceled', found.found && found.status === 'canceled');
    },
  },
  {
    ...{
      id: 'VENDOR-013',
      level: 'MUST',
      title: 'documents are read from the start, and on from the cursor, once each',
    },
    async run(connector, bench) {
      await submit(connector, bench);
      await bench.untilSaid(PO);
      const first = await pullAll(connector, bench, null);
      assert.ok(first.documents.some((document) => document.poNumber === PO));
      const again = await pullAll(connector, bench, null);
      assert.deepEqual(again.documents.slice(0, first.documents.length), first.documents);
      const since = (await pullAll(connector, bench, first.cursor)).documents.map((one) => JSON.stringify(one));
      for (const document of first.documents) assert.ok(!since.includes(JSON.stringify(document)));
    },
  },
  {
    ...{ id: 'VENDOR-014', level: 'MUST', title: 'a stock report is dated and counts whole packs' },
    async run(connector, bench) {
      const { asOf, rows } = await connector.pullStock(calling(bench));
      assert.ok(asOf === null || Number.isFinite(Date.parse(asOf)), `expected a moment or null, got ${asOf}`);
      for (const { onHand } of rows) assert.ok(Number.isSafeInteger(onHand) && onHand >= 0, `got ${onHand}`);
    },
  },
  {
    ...{ id: 'VENDOR-015', level: 'SHOULD', title: 'copies of a submit that arrive at once make one PO' },
    needs: idempotent,
    async run(connector, bench) {
      await Promise.all([submit(connector, bench), submit(connector, bench), submit(connector, bench)]);
      assert.equal(await bench.held(PO), 1);
    },
  },
  {
    ...{ id: 'VENDOR-016', level: 'MUST', title: 'it can be asked live just where it says so' },
    async run(connector) {
      assert.equal(connector.checkAvailability !== undefined, connector.capabilities.checkAvailability);
    },
  },
  {
    ...{ id: 'VENDOR-017', level: 'MUST', title: 'a live answer is dated and speaks of what was asked, once each' },
    needs: asks,
    async run(connector, bench) {
      const { named, stranger, answer } = await askLive(connector, bench);
      assert.ok(answer.asOf === null || Number.isFinite(Date.parse(answer.asOf)), `got ${answer.asOf}`);
      for (const row of answer.rows) {
        assert.ok(
          [...named, stranger].some((asked) => isSame(asked, row)),
          `${row.vendorSku} was not asked about`,
        );
        assert.equal(answer.rows.filter((other) => isSame(other, row)).length, 1, `${row.vendorSku} more than once`);
        if (row.kind === 'figure') assert.ok(Number.isSafeInteger(row.onHand) && row.onHand >= 0, `got ${row.onHand}`);
      }
      for (const asked of named)
        assert.ok(
          answer.rows.some((row) => isSame(asked, row)),
          `expected an answer about ${asked.vendorSku}`,
        );
    },
  },
  {
    ...{
      id: 'VENDOR-018',
      level: 'MUST',
      title: 'a SKU that the vendor does not have is not promised by a live answer',
    },
    needs: asks,
    async run(connector, bench) {
      const { stranger, answer } = await askLive(connector, bench);
      const said = answer.rows.find((row) => isSame(row, stranger));
      assert.ok(said === undefined || said.kind === 'no' || (said.kind === 'figure' && said.onHand === 0));
    },
  },
  {
    ...{
      id: 'VENDOR-019',
      level: 'MUST',
      title: 'a live question without an answer ends with its signal, nothing in doubt',
    },
    needs: asks,
    async run(connector, bench) {
      const { context, signal } = silentCall(bench);
      const error = await failureOf(askLive(connector, bench, context));
      assert.ok(signal.aborted, 'expected it to wait for its signal');
      assert.equal(error.errorClass, 'transient');
    },
  },
];
