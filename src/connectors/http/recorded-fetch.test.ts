import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../../model/errors.js';
import { recordedFetch } from './recorded-fetch.js';

const SECRET = 'very-secret-1';
const START = Date.parse('2026-03-02T10:00:00Z');

/** Recorded calls over a `fetch` that is played; each look at the clock is 5 ms later. */
function recording(answer: (url: string) => Response | Promise<Response>) {
  let looks = 0;
  const clock = { now: () => new Date(START + 5 * looks++) };
  const of = { kind: 'vendor', owner: 'acme', subject: 'PO-1', secrets: { token: SECRET } } as const;
  return recordedFetch(async (input) => answer(String(input)), of, clock);
}
const failing = (work: Promise<unknown>) => work.catch((error: unknown) => error);

describe('an exchange', () => {
  it('is kept with both sides, without secrets', async () => {
    const { fetch, taken } = recording(
      () => new Response(`{"you sent": "${SECRET}"}`, { status: 422, headers: { 'x-request-id': 'r-1' } }),
    );
    const response = await fetch(`https://me:${SECRET}@vendor.example/po?key=${SECRET}&page=1`, {
      ...{ method: 'POST', body: '{"poNumber":"PO-1"}', headers: { authorization: `Bearer ${SECRET}` } },
    });
    expect(await response.json()).toEqual({ 'you sent': SECRET });
    expect(taken()).toEqual([
      {
        ...{ kind: 'vendor', owner: 'acme', subject: 'PO-1', method: 'POST', problem: null, tookMs: 10 },
        ...{ url: 'https://vendor.example/po?key=[hidden]&page=1', askedAt: new Date(START) },
        request: { headers: { authorization: '[hidden]' }, body: '{"poNumber":"PO-1"}', isCut: false },
        response: {
          ...{ status: 422, body: '{"you sent": "[hidden]"}', isCut: false },
          headers: { 'content-type': 'text/plain;charset=UTF-8', 'x-request-id': 'r-1' },
        },
      },
    ]);
  });

  it('without an answer says why, in a word that quotes nothing', async () => {
    const { fetch, taken } = recording(() => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(SECRET), { code: 'ECONNRESET' }) });
    });
    expect(await failing(fetch('https://vendor.example/'))).toBeInstanceOf(TypeError);
    expect(taken()).toMatchObject([{ response: null, problem: 'ECONNRESET' }]);
  });

  it('whose answer breaks off is kept as far as it came, with the reason', async () => {
    const body = new ReadableStream({
      pull(controller) {
        if (controller.desiredSize === 0) return;
        controller.enqueue(Buffer.from('{"begun":'));
        controller.error(new ConnectorError('ANSWER_TOO_LONG', 'transient', 'too long'));
      },
    });
    const { fetch, taken } = recording(() => new Response(body));
    expect(await failing((await fetch('https://vendor.example/')).text())).toMatchObject({ code: 'ANSWER_TOO_LONG' });
    expect(taken()).toMatchObject([{ problem: 'ANSWER_TOO_LONG', response: { status: 200 } }]);
  });

  it('that the call did not wait for says so', async () => {
    const begun = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{"begun":')) });
    const { fetch, taken } = recording((url) => (url.endsWith('/begun') ? new Response(begun) : new Promise(() => {})));
    void fetch('https://vendor.example/silent');
    const reader = (await fetch('https://vendor.example/begun')).body?.getReader();
    await reader?.read();
    void reader?.read();
    expect(taken()).toMatchObject([
      { problem: 'NO_ANSWER_IN_TIME', response: null },
      { problem: 'NOT_WHOLE_IN_TIME', response: { body: '{"begun":' } },
    ]);
  });

  it('of any length is kept in part, and no secret at the cut', async () => {
    for (const before of [0, 16_380, 16_384 - SECRET.length + 1, 32_764]) {
      const text = `${'x'.repeat(before)}${SECRET}${'y'.repeat(40_000)}`;
      const { fetch, taken } = recording(() => new Response(text));
      expect(await (await fetch('https://vendor.example/', { method: 'POST', body: text })).text()).toBe(text);
      const [exchange] = taken();
      for (const side of [exchange?.request, exchange?.response]) {
        expect(side?.isCut).toBe(true);
        expect(side?.body?.length).toBeLessThanOrEqual(16_384);
        expect(side?.body).not.toContain('very');
      }
    }
  });

  it('is kept where its body is no text, or of no use', async () => {
    const { fetch, taken } = recording(() => new Response(null, { status: 204 }));
    expect((await fetch('https://vendor.example/', { method: 'POST', body: new Blob(['x']) })).status).toBe(204);
    expect(taken()).toMatchObject([{ request: { body: null }, response: { status: 204, body: null } }]);
    const torn = recording(() => new Response(new Uint8Array([0, 0xff, 65])));
    await (await torn.fetch('https://vendor.example/')).arrayBuffer();
    expect(torn.taken()[0]?.response?.body).toBe('\ufffd\ufffdA');
  });

  it('of very many in one call is kept at the beginning and at the end', async () => {
    const { fetch, taken } = recording(() => new Response('{}'));
    for (let page = 1; page <= 40; page += 1) await fetch(`https://vendor.example/stock?page=${page}`);
    expect(taken().map(({ url }) => url.split('=')[1])).toEqual(['1', '2', '3', '38', '39', '40']);
  });
});
