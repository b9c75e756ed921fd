import { describe, expect, it } from 'vitest';
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
