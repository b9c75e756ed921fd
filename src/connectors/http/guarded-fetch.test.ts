import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MisbehavingServer, startMisbehavingServer } from '../testing/misbehaving-server.js';
import { type Outbound, openOutbound } from './guarded-fetch.js';

const METADATA = 'http://169.254.169.254/latest/meta-data/';
const SECRETS = { authorization: 'Bearer very-secret', 'x-api-key': 'very-secret', cookie: 'a=very-secret' };

let server: MisbehavingServer;
let other: MisbehavingServer;
const opened: Outbound[] = [];
beforeAll(async () => {
  [server, other] = await Promise.all([startMisbehavingServer(), startMisbehavingServer()]);
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});
afterAll(() => Promise.all([server.close(), other.close()]));

/** A way out that reaches the two servers, as the demo's is reached. */
const outbound = (options: Partial<Parameters<typeof openOutbound>[0]> = {}) => {
  const rules = { privateHosts: [], ownOrigins: [server.url, other.url] };
  const made = openOutbound({ rules, bytesMax: 1_000_000, ...options });
  opened.push(made);
  return made.fetch;
};
const failing = (work: Promise<unknown>) => work.catch((error: unknown) => error);
const elsewhere = (to: string, status = 302) =>
  `${server.url}/elsewhere?${new URLSearchParams({ to, status: String(status) })}`;
const lastAt = (one: MisbehavingServer, path: string) => one.came.findLast((each) => each.path === path);

describe('the way out by HTTP', () => {
  it('sends and answers as fetch does', async () => {
    const init = { method: 'POST', headers: SECRETS, body: '{"a":1}' };
    const answer = await outbound()(`${server.url}/well`, init);
    expect(answer).toBeInstanceOf(Response);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toEqual({ well: true });
    expect(lastAt(server, '/well')).toMatchObject({ method: 'POST', headers: SECRETS, body: '{"a":1}' });
    expect((await outbound()(new Request(`${server.url}/nowhere`))).status).toBe(404);
  });

  it.each([
    ...[
      'http://127.0.0.1:8123',
      'http://localhost:8123',
      'http://2130706433:8123',
      'http://0x7f.1:8123',
      'http://[::1]:8123',
      METADATA,
    ],
    ...['http://[::ffff:127.0.0.1]:8123', 'http://0.0.0.0:8123'],
  ])('does not reach %s', async (address) => {
    expect(await failing(outbound()(address))).toMatchObject({ code: 'HOST_PRIVATE', errorClass: 'permanent' });
  });

  it('reaches another port of an allowed server’s machine no more than any other', async () => {
    const fetch = outbound({ rules: { privateHosts: [], ownOrigins: [other.url] } });
    expect(await failing(fetch(`${server.url}/well`))).toMatchObject({ code: 'HOST_PRIVATE' });
    const allowed = outbound({ rules: { privateHosts: ['127.0.0.1'], ownOrigins: [] } });
    expect((await allowed(`${server.url}/well`)).status).toBe(200);
  });

  it('dials the address that was judged, whatever the next look-up would say', async () => {
    const { port } = new URL(server.url);
    const answers = ['127.0.0.1', '169.254.169.254'];
    const asked: string[] = [];
    const lookup = async (host: string) => {
      asked.push(host);
      return [{ address: answers.shift() ?? '', family: 4 }];
    };
    const fetch = outbound({ rules: { privateHosts: ['rebinding.example'], ownOrigins: [] }, lookup });
    expect((await fetch(`http://rebinding.example:${port}/well`)).status).toBe(200);
    expect(asked).toEqual(['rebinding.example']);
    const strict = outbound({
      rules: { privateHosts: [], ownOrigins: [] },
      lookup: async () => [{ address: '10.0.0.1', family: 4 }],
    });
    expect(await failing(strict('http://rebinding.example/'))).toMatchObject({ code: 'HOST_PRIVATE' });
  });

  it.each([
    'file:///etc/passwd',
    'ftp://partner.example/',
    'data:text/plain,hi',
    'no address',
    'http://me:very-secret@partner.example/',
  ])('takes no %s', async (address) => {
    const error = await failing(outbound()(address));
    expect(error).toMatchObject({ code: 'ADDRESS_INVALID', errorClass: 'permanent' });
    expect(String(error)).not.toContain('very-secret');
  });
});

describe('a redirect', () => {
  it('is followed with what was sent to the same origin, and without credentials to another', async () => {
    await outbound()(elsewhere('/well'), { headers: SECRETS });
    expect(lastAt(server, '/well')?.headers).toMatchObject(SECRETS);
    await outbound()(elsewhere(`${other.url}/well`), { headers: { ...SECRETS, accept: 'application/json' } });
    expect(JSON.stringify(lastAt(other, '/well'))).not.toContain('very-secret');
    expect(lastAt(other, '/well')?.headers.accept).toBe('application/json');
  });

  it('to the cloud’s metadata or this machine leads nowhere', async () => {
    for (const to of [METADATA, 'http://localhost:8123/', 'http://[::1]:8123/'])
      expect(await failing(outbound()(elsewhere(to)))).toMatchObject({ code: 'HOST_PRIVATE' });
    expect(await failing(outbound()(elsewhere('file:///etc/passwd')))).toMatchObject({ code: 'ADDRESS_INVALID' });
  });

  it('of a call that sends something, or that wants none, is the answer', async () => {
    const before = other.came.length;
    const posted = await outbound()(elsewhere(`${other.url}/well`, 307), { method: 'POST', body: '{}' });
    expect(posted.status).toBe(307);
    expect((await outbound()(elsewhere(`${other.url}/well`), { redirect: 'manual' })).status).toBe(302);
    expect(await failing(outbound()(elsewhere(`${other.url}/well`), { redirect: 'error' }))).toBeInstanceOf(TypeError);
    expect(other.came).toHaveLength(before);
  });

  it('in a circle ends', async () => {
    expect(await failing(outbound()(`${server.url}/circle`))).toMatchObject({ code: 'REDIRECTED_TOO_OFTEN' });
    expect(server.came.filter(({ path }) => path === '/circle')).toHaveLength(6);
  });
});

describe('an answer', () => {
  it.each(['/endless', '/bomb'])('without measure (%s) is read to the bound and no further', async (path) => {
    const answer = await outbound()(`${server.url}${path}`);
    expect(await failing(answer.text())).toMatchObject({ code: 'ANSWER_TOO_LONG', errorClass: 'transient' });
  });

  it('within the bound is unpacked whole', async () => {
    expect(await (await outbound()(`${server.url}/bomb?bytes=999999`)).text()).toHaveLength(999_999);
  });

  it('that breaks off is no answer', async () => {
    expect(await failing(outbound()(`${server.url}/gone`))).toBeInstanceOf(TypeError);
    const torn = await outbound()(`${server.url}/torn`);
    expect(await failing(torn.json())).toBeInstanceOf(Error);
  });

  it('that does not come, or does not end, is awaited until the signal', async () => {
    const deadline = new AbortController();
    const asked = failing(outbound()(`${server.url}/silent`, { signal: deadline.signal }));
    await server.untilCame('/silent');
    deadline.abort(new Error('too late'));
    expect(await asked).toMatchObject({ message: 'too late' });
    const second = new AbortController();
    const begun = await outbound()(`${server.url}/stalled`, { signal: second.signal });
    const read = failing(begun.text());
    second.abort(new Error('too late'));
    expect(await read).toBeInstanceOf(Error);
  });
});
