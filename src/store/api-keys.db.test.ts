import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemViewer, type Viewer } from '../model/viewer.js';
import { createApiKey, endedApiKeys, listApiKeys, type NewApiKey, revokeApiKey, verifyApiKey } from './api-keys.js';
import type { Pool } from './database.js';
import { openTestDatabase } from './testing/open-test-database.js';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let pool: Pool;
const admin = systemViewer('keys');
const now = new Date('2026-03-01T10:00:00Z');

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
});
afterAll(() => database?.close());

const wanted = (more: Partial<NewApiKey> = {}): NewApiKey => ({
  ...{ id: randomUUID(), name: 'ERP', scopes: ['partner'], accountIds: [7], vendorIds: 'all', createdAt: now },
  secret: randomBytes(32),
  ...more,
});

describe('an API key', () => {
  it('is shown once, stored as its hash, and tells who asks', async () => {
    const key = wanted();
    const made = await createApiKey(pool, admin, key);
    expect(made.key).toMatch(/^hg_[A-Za-z0-9_-]{43}$/);
    const { rows } = await pool.query('SELECT * FROM api_key WHERE id = $1', [key.id]);
    expect(rows[0].hash).toEqual(createHash('sha256').update(made.key).digest());
    expect(JSON.stringify([rows, await listApiKeys(pool, admin)])).not.toContain(made.key.slice(8));
    expect(await verifyApiKey(pool, made.key, now)).toEqual({
      ok: true,
      expiresAt: null,
      viewer: { actor: `key:${key.id}`, scopes: ['partner'], accountIds: [7], vendorIds: 'all' },
    });
  });

  it.each([
    ['nothing', ''],
    ['another key', `hg_${'A'.repeat(43)}`],
    ['a key without its start', 'A'.repeat(46)],
    ['a text that ends a query', "hg_'; DROP TABLE api_key; --"],
    ['a very long text', `hg_${'A'.repeat(1_000_000)}`],
  ])('is not %s', async (_what, presented) => {
    expect(await verifyApiKey(pool, presented, now)).toEqual({ ok: false, reason: 'unknown' });
  });

  it('differs in every character that matters', async () => {
    const { key } = await createApiKey(pool, admin, wanted());
    for (const at of [3, 20, 44]) {
      const other = key.slice(0, at) + (key[at] === 'A' ? 'B' : 'A') + key.slice(at + 1);
      expect(await verifyApiKey(pool, other, now)).toMatchObject({ ok: false });
    }
  });

  it('ends at its moment, and at once when it is revoked', async () => {
    const brief = await createApiKey(pool, admin, wanted({ expiresAt: new Date('2026-03-01T11:00:00Z') }));
    expect(await verifyApiKey(pool, brief.key, new Date('2026-03-01T10:59:59Z'))).toMatchObject({ ok: true });
    expect(await verifyApiKey(pool, brief.key, new Date('2026-03-01T11:00:00Z'))).toEqual({
      ok: false,
      reason: 'expired',
    });
    const { key, apiKey } = await createApiKey(pool, admin, wanted());
    expect(await revokeApiKey(pool, admin, apiKey.id, now)).toBe(true);
    expect(await revokeApiKey(pool, admin, apiKey.id, new Date('2027-01-01Z'))).toBe(true);
    expect(await revokeApiKey(pool, admin, randomUUID(), now)).toBe(false);
    expect(await verifyApiKey(pool, key, now)).toEqual({ ok: false, reason: 'revoked' });
    expect((await listApiKeys(pool, admin)).find((listed) => listed.id === apiKey.id)?.revokedAt).toEqual(now);
    const gone = randomUUID();
    const alive = await createApiKey(pool, admin, wanted());
    expect(await endedApiKeys(pool, [apiKey.id, alive.apiKey.id, gone], now)).toEqual([apiKey.id, gone]);
  });

  it('of a storefront, partner or vendor is never over everything', async () => {
    const refused = { code: 'KEY_TOO_WIDE' };
    await expect(createApiKey(pool, admin, wanted({ accountIds: 'all' }))).rejects.toMatchObject(refused);
    await expect(
      createApiKey(pool, admin, wanted({ scopes: ['storefront', 'operations'], accountIds: 'all' })),
    ).rejects.toMatchObject(refused);
    await expect(createApiKey(pool, admin, wanted({ scopes: ['vendor'], accountIds: 'all' }))).rejects.toMatchObject(
      refused,
    );
    const vendor = await createApiKey(pool, admin, wanted({ scopes: ['vendor'], accountIds: 'all', vendorIds: [3] }));
    expect(vendor.apiKey).toMatchObject({ accountIds: 'all', vendorIds: [3] });
  });

  it('is managed by admins only', async () => {
    const operator: Viewer = { actor: 'key:o', scopes: ['operations'], accountIds: 'all', vendorIds: 'all' };
    const forbidden = { code: 'FORBIDDEN' };
    await expect(createApiKey(pool, operator, wanted())).rejects.toMatchObject(forbidden);
    await expect(listApiKeys(pool, operator)).rejects.toMatchObject(forbidden);
    await expect(revokeApiKey(pool, operator, randomUUID(), now)).rejects.toMatchObject(forbidden);
  });
});
