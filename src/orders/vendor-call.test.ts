import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createGates } from '../connectors/http/gates.js';
import type { Exchange } from '../model/exchange.js';
import { type CalledLink, callVendor } from './vendor-call.js';

const link: CalledLink = {
  ...{ code: 'acme', subject: 'PO-1' },
  connector: { kind: 'vendor' },
  account: { code: 'acme', settings: {}, secrets: { token: 'very-secret' } },
};

describe('a call', () => {
  const kept: Exchange[] = [];
  const deps = {
    clock: { now: () => new Date('2026-03-02T10:00:00Z') },
    fetch: async () => new Response('very-secret'),
    exchanges: { keep: (taken: () => readonly Exchange[]) => void kept.push(...taken()) },
  };

  it('leaves what went by in the trail, without secrets', async () => {
    await callVendor(deps, link, 5_000, async (context) => (await context.fetch('https://vendor.example/')).text());
    expect(kept.splice(0)).toMatchObject([
      { kind: 'vendor', owner: 'acme', subject: 'PO-1', response: { body: '[hidden]' } },
    ]);
  });

  it('leaves it there too where it fails, or ends without an answer', async () => {
    const broken = callVendor(deps, link, 5_000, async (context) => {
      await context.fetch('https://vendor.example/');
      throw new Error('cannot read that');
    });
    await expect(broken).rejects.toThrow('cannot read that');
    expect(kept.splice(0)).toHaveLength(1);
    const silent = { ...deps, fetch: () => new Promise<never>(() => {}) };
    const asked = callVendor(silent, link, 1, (context) => context.fetch('https://vendor.example/'));
    await expect(asked).rejects.toMatchObject({ code: 'CALL_TIMED_OUT' });
    expect(kept.splice(0)).toMatchObject([{ response: null, problem: 'NO_ANSWER_IN_TIME' }]);
  });
});

describe('a call through its gate', () => {
  const opened = (fetch: typeof globalThis.fetch) => {
    const kept: Exchange[] = [];
    const gates = createGates({
      ...{ monotonicMs: () => performance.now(), nowMs: () => Date.now(), random: () => 0 },
      sleep: (ms, signal) => sleep(ms / 100, undefined, { signal }),
    });
    const exchanges = { keep: (taken: () => readonly Exchange[]) => void kept.push(...taken()) };
    return { deps: { clock: { now: () => new Date() }, fetch, exchanges, gates }, kept };
  };
  const get = (deps: ReturnType<typeof opened>['deps'], ms = 5_000, of = link) =>
    callVendor(deps, of, ms, (context) => context.fetch('https://vendor.example/', { signal: context.signal }));

  it('is kept with each of its tries', async () => {
    const statuses = [503, 200];
    const { deps, kept } = opened(async () => new Response('{}', { status: statuses.shift() ?? 500 }));
    expect((await get(deps)).status).toBe(200);
    expect(kept.map(({ response }) => response?.status)).toEqual([503, 200]);
  });

  it('leaves its account alone where the connector read so in a body, and no account of another kind', async () => {
    const { deps, kept } = opened(async () => new Response('{}'));
    await callVendor(deps, link, 5_000, async ({ pause }) => pause?.(60_000));
    await expect(get(deps)).rejects.toMatchObject({ code: 'PAUSED' });
    expect(kept).toEqual([]);
    const channel = { ...link, connector: { kind: 'channel' } } as const;
    expect((await get(deps, 5_000, channel)).status).toBe(200);
  });

  it('that came to its deadline before its turn surely sent nothing; one that was sent may have arrived', async () => {
    const { deps } = opened(() => new Promise(() => {}));
    const before = Array.from({ length: 16 }, () => get(deps, 60).catch((error) => error));
    const waiting = get(deps, 30);
    await expect(waiting).rejects.toMatchObject({ code: 'TOO_MANY_CALLS', errorClass: 'transient' });
    for (const error of await Promise.all(before))
      expect(error).toMatchObject({ code: 'CALL_TIMED_OUT', errorClass: 'unknown' });
  });
});
