import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiAnswer, ask, eventually } from '../../test/api-client.js';
import { systemClock } from '../model/clock.js';
import { HeadgateError } from '../model/errors.js';
import { silentLog } from '../model/log.js';
import { systemViewer } from '../model/viewer.js';
import { revokeApiKey } from '../store/api-keys.js';
import { openDatabase } from '../store/database.js';
import { type GatewayOptions, startGateway } from './server.js';
import { type GatewayFixture, startGatewayFixture } from './testing/gateway-fixture.js';
import { noServices } from './testing/no-services.js';

const codeOf = (answer: ApiAnswer<unknown>) => answer.errors?.[0]?.extensions.code;

describe('the gateway over HTTP', () => {
  let fixture: GatewayFixture;
  let fault: unknown = new Error('relation "secret_table" at 10.0.0.7 does not exist');
  const logged: string[] = [];
  const note = (facts: object, message: string) => logged.push(JSON.stringify({ ...facts, message }));
  beforeAll(async () => {
    fixture = await startGatewayFixture({
      log: { ...silentLog, error: note },
      services: () => noServices({ replayDeadLetters: () => Promise.reject(fault) }),
    });
  });
  afterAll(() => fixture?.close());
  /** A second gateway beside the fixture's, on a port of its own. */
  const another = (options: Pick<GatewayOptions, 'services'> & Partial<GatewayOptions>) =>
    startGateway({
      ...{ host: '127.0.0.1', port: 0, db: fixture.db, tail: fixture.tail, clock: systemClock, log: silentLog },
      ...options,
    });

  it.each([
    ['no key', null],
    ['a key that nobody made', `hg_${'A'.repeat(43)}`],
    ['something else than a key', 'hello'],
  ])('turns away an operation with %s', async (_name, key) => {
    const answer = await ask(fixture.url, key, '{ __typename }');
    expect(answer.status).toBe(401);
    expect(codeOf(answer)).toBe('UNAUTHENTICATED');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('turns away a key the moment that it is revoked or expires', async () => {
    const { key, id } = await fixture.makeKey(['operations']);
    expect((await ask(fixture.url, key, '{ __typename }')).status).toBe(200);
    await revokeApiKey(fixture.db.pool, systemViewer('test'), id, new Date());
    expect((await ask(fixture.url, key, '{ __typename }')).status).toBe(401);
    const past = await fixture.makeKey(['operations'], { expiresAt: new Date(Date.now() - 1) });
    expect((await ask(fixture.url, past.key, '{ __typename }')).status).toBe(401);
  });

  it('gives every answer the request’s id, the caller’s own where it fits', async () => {
    const made = await ask(fixture.url, null, '{ __typename }');
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.errors?.[0]?.extensions.requestId).toBe(made.headers.get('x-request-id'));
    const own = await ask(fixture.url, fixture.keys.admin, '{ nope }', undefined, {
      'x-request-id': 'order-4711-try-2',
    });
    expect(own.headers.get('x-request-id')).toBe('order-4711-try-2');
    expect(own.errors?.[0]?.extensions.requestId).toBe('order-4711-try-2');
    const odd = await ask(fixture.url, fixture.keys.admin, '{ __typename }', undefined, { 'x-request-id': '<script>' });
    expect(odd.headers.get('x-request-id')).not.toBe('<script>');
  });

  it('says nothing of its insides when something fails, and logs it under the request’s id', async () => {
    fault = new Error('relation "secret_table" at 10.0.0.7 does not exist');
    const answer = await ask(fixture.url, fixture.keys.admin, 'mutation { replayDeadLetters(input: {}) { replayed } }');
    const text = JSON.stringify(answer);
    expect(codeOf(answer)).toBe('INTERNAL_SERVER_ERROR');
    expect(text).not.toMatch(/secret_table|10\.0\.0\.7|at .*\.ts|stack/);
    const requestId = answer.errors?.[0]?.extensions.requestId ?? 'none';
    expect(logged.some((line) => line.includes(requestId) && line.includes('secret_table'))).toBe(true);
  });

  it('refuses text that no database can hold, and says where it stands', async () => {
    const query = 'query ($id: ID!) { order(id: $id) { id } }';
    const answer = await ask(fixture.url, fixture.keys.admin, query, { id: 'a\0b' });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_USER_INPUT']);
    expect(answer.errors?.[0]?.message).toContain('variables.id: expected text without NUL');
  });

  it('says that it cannot now, where trying again helps', async () => {
    fault = new HeadgateError('DATABASE_UNAVAILABLE', 'transient', 'connect ECONNREFUSED 10.0.0.7:5432');
    const answer = await ask(fixture.url, fixture.keys.admin, 'mutation { replayDeadLetters(input: {}) { replayed } }');
    expect(codeOf(answer)).toBe('UNAVAILABLE');
    expect(JSON.stringify(answer)).not.toContain('10.0.0.7');
  });

  it.each<[string, string, Record<string, unknown> | undefined, string, number]>([
    ['a document that is no GraphQL', '{ orders', undefined, 'GRAPHQL_PARSE_FAILED', 400],
    ['a field that is not there', '{ nope }', undefined, 'GRAPHQL_VALIDATION_FAILED', 400],
    [
      'a variable that does not fit',
      'query ($n: Int) { orders(first: $n) { edges { cursor } } }',
      { n: 'many' },
      'BAD_USER_INPUT',
      400,
    ],
    [
      'an amount as a float',
      'mutation ($d: Decimal!) { submitOrder(input: { idempotencyKey: "k", externalId: "e", shipTo: { lines: ["1"], countryCode: "US" }, lines: [{ sku: "s", quantity: 1, unitPrice: $d }] }) { replayed } }',
      { d: 1.1 },
      'BAD_USER_INPUT',
      400,
    ],
    [
      'a document of more than 4000 tokens',
      `{ ${'__typename '.repeat(4_001)} }`,
      undefined,
      'GRAPHQL_PARSE_FAILED',
      400,
    ],
    [
      'a hundred aliases',
      `{ ${Array.from({ length: 100 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
      undefined,
      'OPERATION_TOO_LARGE',
      400,
    ],
    ['a subscription', 'subscription { orderStatusChanged { cursor } }', undefined, 'BAD_REQUEST', 400],
  ])('refuses %s', async (_name, query, variables, code, status) => {
    const answer = await ask(fixture.url, fixture.keys.admin, query, variables);
    expect(codeOf(answer)).toBe(code);
    expect(answer.status).toBe(status);
  });

  it('refuses what the key’s scopes do not open, before anything runs', async () => {
    const answer = await ask(
      fixture.url,
      fixture.keys.storefront,
      'mutation { replayDeadLetters(input: {}) { replayed } }',
    );
    expect(answer.status).toBe(403);
    expect(codeOf(answer)).toBe('FORBIDDEN');
    expect(answer.data).toBeUndefined();
  });

  it('refuses more than 100 KB, declared or not, and goes on serving', async () => {
    const big = await ask(fixture.url, fixture.keys.admin, `{ __typename } # ${'x'.repeat(200_000)}`);
    expect(big.status).toBe(413);
    expect(codeOf(big)).toBe('PAYLOAD_TOO_LARGE');
    const streamed = await new Promise<number | string>((resolve) => {
      const { hostname, port } = new URL(fixture.url);
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${fixture.keys.admin}` };
      const sending = httpRequest({ hostname, port, path: '/graphql', method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sending.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
      sending.write('x'.repeat(150_000));
    });
    expect(streamed).toBe(413);
    expect((await ask(fixture.url, fixture.keys.admin, '{ __typename }')).status).toBe(200);
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'query=%7B__typename%7D'],
    ['plain text', 'text/plain', '{"query":"{__typename}"}'],
    ['broken JSON', 'application/json', '{"query":'],
    ['a batch', 'application/json', '[{"query":"{__typename}"},{"query":"{__typename}"}]'],
  ])('refuses %s', async (_name, contentType, body) => {
    const headers = { 'content-type': contentType, authorization: `Bearer ${fixture.keys.admin}` };
    const response = await fetch(`${fixture.url}/graphql`, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).not.toContain('stack');
  });

  it('answers a query by GET only to callers that a browser cannot be tricked into being', async () => {
    const get = (headers: Record<string, string>, query: string) =>
      fetch(`${fixture.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { authorization: `Bearer ${fixture.keys.admin}`, ...headers },
      });
    expect((await get({}, '{ __typename }')).status).toBe(400);
    expect((await get({ 'apollo-require-preflight': '1' }, '{ __typename }')).status).toBe(200);
    const mutation = 'mutation { replayDeadLetters(input: {}) { replayed } }';
    expect((await get({ 'apollo-require-preflight': '1' }, mutation)).status).toBe(405);
  });

  it('shows the schema to keys while that is on, and to nobody when it is off', async () => {
    const query = '{ __schema { queryType { name } } }';
    expect((await ask(fixture.url, fixture.keys.storefront, query)).data).toEqual({
      __schema: { queryType: { name: 'Query' } },
    });
    const closed = await another({ services: noServices(), config: { introspection: false } });
    expect(codeOf(await ask(closed.url, fixture.keys.admin, query))).toBe('FORBIDDEN');
    await closed.close();
  });

  it('reports its health to probes as JSON and to people as a page, without a key', async () => {
    const response = await fetch(`${fixture.url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'ok',
      database: { ok: true },
      work: { due: { intake: 0, dispatch: 0 }, deadLetters: 0 },
      calls: { resting: 0, paused: 0 },
      subscriptions: { sockets: 0 },
    });
    const page = await fetch(`${fixture.url}/health`, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('Headgate is');
  });

  it('says that it is not well while the database is away, and turns callers away until it is back', async () => {
    const away = await openDatabase({ url: fixture.databaseUrl });
    await away.close();
    const gateway = await another({ services: noServices(), db: away });
    const health = await fetch(`${gateway.url}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ status: 'failing', database: { ok: false }, work: null });
    const answer = await ask(gateway.url, fixture.keys.admin, '{ __typename }');
    expect([answer.status, codeOf(answer)]).toEqual([503, 'UNAVAILABLE']);
    await gateway.close();
  });

  it('knows no other address', async () => {
    expect((await fetch(`${fixture.url}/nothing`)).status).toBe(404);
    expect((await fetch(`${fixture.url}/webhooks/shop`)).status).toBe(404);
  });

  it('says which port is taken and how to choose another', async () => {
    const port = Number(new URL(fixture.url).port);
    const second = another({ port, services: noServices() });
    await expect(second).rejects.toThrow(new RegExp(`port ${port} .* is taken: choose another`));
  });

  it('lets a request that is under way end before it closes, and takes no new one', async () => {
    let release = () => {};
    const entered = { yes: false };
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const services = noServices({
      async replayDeadLetters() {
        entered.yes = true;
        await held;
        return { replayed: 7 };
      },
    });
    const gateway = await another({ services });
    const asked = ask(gateway.url, fixture.keys.admin, 'mutation { replayDeadLetters(input: {}) { replayed } }');
    await eventually('the request to be under way', () => entered.yes);
    const closed = gateway.close();
    await expect(fetch(`${gateway.url}/health`)).rejects.toThrow();
    release();
    expect((await asked).data).toEqual({ replayDeadLetters: { replayed: 7 } });
    await closed;
  });

  it('cuts what does not end in the time that is set for closing', async () => {
    const entered = { yes: false };
    const services = noServices({
      replayDeadLetters() {
        entered.yes = true;
        return new Promise(() => undefined);
      },
    });
    const gateway = await another({ services, config: { drainMs: 100 } });
    const asked = ask(gateway.url, fixture.keys.admin, 'mutation { replayDeadLetters(input: {}) { replayed } }').catch(
      () => 'cut',
    );
    await eventually('the request to be under way', () => entered.yes);
    await gateway.close();
    expect(await asked).toBe('cut');
  });
});
