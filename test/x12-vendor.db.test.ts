import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderFiles } from '../src/connectors/files/folder.js';
import { createX12Vendor } from '../src/connectors/vendors/x12/index.js';
import type { OrderDeps } from '../src/orders/deps.js';
import { dispatch } from '../src/orders/dispatch.js';
import { pollVendor } from '../src/orders/poll.js';
import { openWorkshop, type Workshop } from '../src/orders/testing/workshop.js';
import type { Database } from '../src/store/database.js';
import { openTestDatabase } from '../src/store/testing/open-test-database.js';

const settings = {
  us: { qualifier: 'ZZ', id: 'HEADGATE' },
  partner: { qualifier: 'ZZ', id: 'ACME' },
  transport: { kind: 'folder', path: 'acme' },
  folders: { in: 'in', out: 'out', stock: 'stock' },
};
/** A document of the vendor's. */
const document = (group: string, type: string, body: string) =>
  [
    'ISA*00*          *00*          *ZZ*ACME           *ZZ*HEADGATE       *260302*1100*U*00401*000000900*0*P*>',
    `GS*${group}*ACME*HEADGATE*20260302*1100*900*X*004010`,
    `ST*${type}*0001`,
    body,
    `SE*${body.split('\n').length + 2}*0001`,
    'GE*1*900',
    'IEA*1*000000900',
  ]
    .join('\n')
    .replaceAll('\n', '~\n');

describe('an order that an X12 vendor ships', () => {
  let db: Database;
  let shop: Workshop;
  let deps: OrderDeps;
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'headgate-x12-order-'));
    for (const folder of ['in', 'out', 'stock']) await mkdir(join(root, 'acme', folder), { recursive: true });
    db = await openTestDatabase();
    shop = await openWorkshop(db);
    const connector = createX12Vendor(async () => new FolderFiles(root, 'acme', 0));
    const account = { code: 'acme', settings, secrets: {} };
    const vendor = async (vendorId: number) => ({ vendorId, code: 'acme', connector, account });
    deps = { ...shop.deps, links: { ...shop.deps.links, vendor } };
  });
  afterAll(async () => {
    await shop.deps.committer.close();
    await db.close();
    await rm(root, { recursive: true });
  });

  const files = (folder: string) => readdir(join(root, 'acme', folder)).then((names) => names.sort());
  const says = (name: string, text: string) => writeFile(join(root, 'acme/in', name), text);
  const read = async (kind: 'documents' | 'stock') => {
    const { vendorId } = shop.network.nodes.east;
    await db.pool.query(
      `INSERT INTO vendor_poll (vendor_id, kind, next_action_at) VALUES ($1, $2, $3)
       ON CONFLICT (vendor_id, kind) DO UPDATE SET next_action_at = EXCLUDED.next_action_at`,
      [vendorId, kind, shop.clock.now()],
    );
    expect((await pollVendor(deps, vendorId, kind)).outcome).toBe('done');
  };

  it('is sent as 850 once, received, acknowledged and shipped, and every file is answered and archived', async () => {
    const { orderId, fulfillmentId, poNumber } = await shop.plannedOrder(5);
    await dispatch(deps, fulfillmentId);
    expect(await files('out')).toEqual(['850-000000001.edi']);
    const sent = await readFile(join(root, 'acme/out/850-000000001.edi'), 'utf8');
    expect(sent).toContain(`BEG*00*DS*${poNumber}*`);
    const [, line = ''] = /PO1\*([^*]+)\*5\*EA\*/.exec(sent) ?? [];
    expect((await shop.order(orderId)).fulfillments[0]?.status).toBe('SENT');

    await says('1.edi', document('FA', '997', 'AK1*PO*1\nAK2*850*0001\nAK5*A\nAK9*A*1*1*1'));
    await says(
      '2.edi',
      document('PR', '855', `BAK*00*AD*${poNumber}*20260302****V-1\nPO1*${line}*5*EA\nACK*IA*5*EA\nCTT*1`),
    );
    await read('documents');
    expect((await shop.order(orderId)).fulfillments[0]).toMatchObject({ status: 'ACCEPTED' });
    expect(await files('in')).toEqual(['1.edi', '2.edi']);

    const tree = `HL*1**S\nTD5**2*UPSN\nHL*2*1*O\nPRF*${poNumber}\nHL*3*2*P\nMAN*CP*1Z1\nHL*4*3*I\nLIN*${line}\nSN1**5*EA`;
    await says('3.edi', document('SH', '856', `BSN*00*S-1*20260303*0900\n${tree}`));
    await read('documents');
    expect((await shop.order(orderId)).fulfillments[0]).toMatchObject({ status: 'SHIPPED' });
    expect([await files('in'), await files('in/archive')]).toEqual([
      ['3.edi', 'archive'],
      ['1.edi', '2.edi'],
    ]);

    await read('documents');
    expect(await files('in/archive')).toEqual(['1.edi', '2.edi', '3.edi']);
    expect(await files('out')).toEqual(['850-000000001.edi', '997-000000002.edi', '997-000000003.edi']);
  });
});
