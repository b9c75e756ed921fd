import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../../model/errors.js';
import { createGates, isClosed } from './gates.js';

const URL = 'https://vendor.example/';
const POST = { method: 'POST', body: '{}' };

/** A partner that is played, and a clock that moves where the gate sleeps or a test says so. */
function partner(answers: readonly (number | Response | Error)[] = []) {
  const left = [...answers];
  const pending: ((response: Response) => void)[] = [];
  let ms = 0;
  const told: string[] = [];
  const slept: number[] = [];
  const asked: number[] = [];
  const tooEarly: number[] = [];
  const gates = createGates({
    monotonicMs: () => ms,
    nowMs: () => ms,
    random: () => 0.5,
    sleep: async (forMs, signal) => {
      signal.throwIfAborted();
      slept.push(forMs);
      ms += forMs;
    },
    onRest: (account, isResting) => void told.push(`${account} ${isResting ? 'rests' : 'answers'}`),
  });
  const gate = gates.of('vendor acme');
  const answering = async () => {
    asked.push(ms);
    const answer = left.shift() ?? 200;
    if (answer instanceof Error) throw answer;
    return answer instanceof Response ? answer : new Response('{}', { status: answer });
  };
  /** Answers only when it is told to. */
  const holding = () => {
    asked.push(ms);
    if (gates.closed().some(({ because }) => because === 'PAUSED')) tooEarly.push(ms);
    return new Promise<Response>((resolve) => pending.push(resolve));
  };
  return {
    ...{ gate, gates, asked, tooEarly, slept, told, pending },
    get: (init: RequestInit = {}) => gate.fetch(answering, URL, init),
    post: (init: RequestInit = {}) => gate.fetch(answering, URL, { ...POST, ...init }),
    hold: (init: RequestInit = {}) => gate.fetch(holding, URL, { ...POST, ...init }),
    answer: (status: number) => pending.shift()?.(new Response('{}', { status })),
    advance(forMs: number) {
      ms += forMs;
    },
    /** How long it may not be called. */
    closedMs: () => gates.closed()[0]?.forMs ?? 0,
    next: (...more: readonly (number | Response | Error)[]) => void left.push(...more),
  };
}
const busy = (seconds: number) => new Response('slow down', { status: 429, headers: { 'retry-after': `${seconds}` } });
const outcome = (work: Promise<Response>) =>
  work.then(({ status }) => status).catch((error) => error.code ?? error.name);
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a pause that a partner asks for', () => {
  it('is kept by every call, as no failure, and says when to come back', async () => {
    const one = partner([busy(30)]);
    expect(await outcome(one.post())).toBe(429);
    one.advance(10_000);
    const error = await one.post().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PAUSED', errorClass: 'transient', options: { retryAfterMs: 20_000 } });
    expect([isClosed(error), isClosed(new ConnectorError('VENDOR_BUSY', 'transient', ''))]).toEqual([true, false]);
    one.advance(19_999);
    expect(await outcome(one.get())).toBe(200);
    expect(one.asked).toEqual([0, 30_000]);
    expect(one.told).toEqual([]);
  });

  it('is waited out where it is short, by calls of any kind', async () => {
    const one = partner([busy(2)]);
    await one.post();
    expect(await outcome(one.post())).toBe(200);
    expect(one.asked).toEqual([0, 2_000]);
  });

  it('never counts as failing, however often', async () => {
    const one = partner(Array.from({ length: 20 }, () => busy(2)));
    for (let call = 0; call < 20; call += 1) expect(await outcome(one.post())).toBe(429);
    expect(one.gates.closed()).toEqual([{ account: 'vendor acme', because: 'PAUSED', forMs: 2_000 }]);
  });

  it('is followed by one call, and by more only as those are answered well', async () => {
    const one = partner([busy(2)]);
    await one.post();
    const calls = Array.from({ length: 8 }, () => outcome(one.hold()));
    await settled();
    expect(one.pending).toHaveLength(1);
    one.answer(200);
    await settled();
    expect(one.pending).toHaveLength(2);
    one.answer(200);
    await settled();
    expect(one.pending).toHaveLength(3);
    for (let left = 6; left > 0; left -= 1) {
      one.answer(200);
      await settled();
    }
    expect(await Promise.all(calls)).toEqual(Array(8).fill(200));
  });

  it('is taken from a connector that reads it in a body, an hour at most, and nonsense is not', async () => {
    const one = partner();
    for (const nonsense of [Number.NaN, -5, 0]) one.gate.pause(nonsense);
    expect(one.closedMs()).toBe(0);
    one.gate.pause(5_000);
    one.gate.pause(1_000);
    expect(one.closedMs()).toBe(5_000);
    one.gate.pause(Number.POSITIVE_INFINITY);
    expect(one.closedMs()).toBe(3_600_000);
  });

  it('is of one account alone', async () => {
    const one = partner([busy(30)]);
    await one.post();
    expect(await outcome(one.gates.of('vendor other').fetch(async () => new Response(), URL, POST))).toBe(200);
    expect(one.gates.of('vendor acme')).toBe(one.gate);
  });
});

describe('a partner that fails', () => {
  const failing = async (answers: readonly (number | Error)[]) => {
    const one = partner(answers);
    for (const _ of answers) await outcome(one.post());
    return one;
  };

  it('is left alone after 5 failures in a row, and by one trial is called again', async () => {
    const one = await failing([500, 502, 503, new TypeError('fetch failed'), 504]);
    expect(one.told).toEqual(['vendor acme rests']);
    expect(await outcome(one.post())).toBe('RESTING');
    one.advance(1_000);
    const trial = outcome(one.hold());
    expect(await one.post().catch((error: unknown) => error)).toMatchObject({
      ...{ code: 'RESTING', errorClass: 'transient', options: { retryAfterMs: 2_000 } },
    });
    one.answer(200);
    expect(await trial).toBe(200);
    expect(one.told).toEqual(['vendor acme rests', 'vendor acme answers']);
    expect(await outcome(one.post())).toBe(200);
    expect(one.gates.closed()).toEqual([]);
  });

  it('is left alone twice as long after each trial that fails, a minute at most', async () => {
    const one = await failing(Array(5).fill(500));
    const rests: number[] = [];
    for (let trial = 0; trial < 8; trial += 1) {
      rests.push(one.closedMs());
      one.advance(one.closedMs());
      one.next(500);
      expect(await outcome(one.post())).toBe(500);
    }
    expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(one.told).toHaveLength(1);
  });

  it('is not one that refuses, or has failed now and then', async () => {
    const one = await failing([500, 500, 500, 500, 422, 500, 500, 500, 500, 404, 500, 500, 500, 500, 401, 501, 400]);
    expect(one.closedMs()).toBe(0);
  });

  it('is not one that says when it is back', async () => {
    const one = partner();
    for (let call = 0; call < 10; call += 1) {
      one.next(new Response('', { status: 503, headers: { 'retry-after': '2' } }));
      await one.post();
    }
    expect(one.gates.closed()).toMatchObject([{ because: 'PAUSED' }]);
  });

  it('is not judged by a call that was refused on our side: its trial is given back', async () => {
    const refused = new ConnectorError('HOST_PRIVATE', 'permanent', 'not allowed');
    const one = await failing(Array(5).fill(refused));
    expect(one.closedMs()).toBe(0);
    one.next(500, 500, 500, 500, 500);
    for (let call = 0; call < 5; call += 1) await one.post();
    one.advance(1_000);
    one.next(refused, 200);
    expect(await outcome(one.post())).toBe('HOST_PRIVATE');
    expect(one.told).toEqual(['vendor acme rests']);
    expect(await outcome(one.post())).toBe(200);
    expect(one.told).toHaveLength(2);
  });

  it('answers well again by asking for a pause', async () => {
    const one = await failing(Array(5).fill(500));
    one.advance(1_000);
    one.next(busy(30));
    expect(await outcome(one.post())).toBe(429);
    expect(one.gates.closed()).toEqual([{ account: 'vendor acme', because: 'PAUSED', forMs: 30_000 }]);
  });
});

describe('calls of one account', () => {
  it('are at most 16 at once; the next goes when one is answered, in order', async () => {
    const one = partner();
    const calls = Array.from({ length: 18 }, () => outcome(one.hold()));
    await settled();
    expect(one.pending).toHaveLength(16);
    one.answer(200);
    await settled();
    expect(one.asked).toHaveLength(17);
    while (one.pending.length > 0) {
      one.answer(200);
      await settled();
    }
    expect(await Promise.all(calls)).toEqual(Array(18).fill(200));
  });

  it('wait in a bounded number, and those beyond come back later', async () => {
    const one = partner();
    const calls = Array.from({ length: 116 }, () => outcome(one.hold()));
    await settled();
    expect(await one.post().catch((error: unknown) => error)).toMatchObject({
      ...{ code: 'TOO_MANY_CALLS', errorClass: 'transient', options: { retryAfterMs: 2_000 } },
    });
    while (one.pending.length > 0) {
      one.answer(200);
      await settled();
    }
    expect(await Promise.all(calls)).toEqual(Array(116).fill(200));
  });

  it('that are given up while they wait send nothing, and free their place', async () => {
    const one = partner();
    const calls = Array.from({ length: 16 }, () => outcome(one.hold()));
    const impatient = Array.from({ length: 100 }, () => new AbortController());
    const waiting = impatient.map(({ signal }) => outcome(one.hold({ signal })));
    await settled();
    for (const one of impatient) one.abort();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([20]));
    const last = outcome(one.hold());
    await settled();
    expect(one.asked).toHaveLength(16);
    one.answer(200);
    await settled();
    expect(one.asked).toHaveLength(17);
    while (one.pending.length > 0) {
      one.answer(200);
      await settled();
    }
    expect(await Promise.all([...calls, last])).toEqual(Array(17).fill(200));
  });

  it('that wait when their partner begins to fail come back later, all of them', async () => {
    const one = partner();
    const calls = Array.from({ length: 30 }, () => outcome(one.hold()));
    await settled();
    while (one.pending.length > 0) {
      one.answer(500);
      await settled();
    }
    const ends = await Promise.all(calls);
    expect(ends.filter((end) => end === 'RESTING')).toHaveLength(30 - one.asked.length);
    expect(one.asked.length).toBeLessThan(30);
  });

  it('that would begin after their deadline are not made', async () => {
    const one = partner();
    expect(await outcome(one.post({ signal: AbortSignal.abort() }))).toBe(20);
    expect(one.asked).toEqual([]);
  });

  it('all end, are never too many at once, and never within a pause, whatever their partner answers', async () => {
    const call = fc.record({
      status: fc.constantFrom(200, 200, 200, 404, 429, 500, 503),
      method: fc.constantFrom('GET', 'POST'),
      isGivenUp: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 60 }), async (calls) => {
        const one = partner();
        let most = 0;
        const givenUp = calls.map(() => new AbortController());
        const ends = calls.map(({ method }, at) =>
          outcome(one.hold({ method, body: null, signal: givenUp[at]?.signal ?? null })),
        );
        await settled();
        for (const [at, { isGivenUp }] of calls.entries()) if (isGivenUp) givenUp[at]?.abort();
        for (let turn = 0; one.pending.length > 0; turn += 1) {
          most = Math.max(most, one.pending.length);
          one.answer(calls[turn % calls.length]?.status ?? 200);
          await settled();
        }
        expect(most).toBeLessThanOrEqual(16);
        expect(one.tooEarly).toEqual([]);
        expect(await Promise.all(ends)).toHaveLength(calls.length);
        one.advance(3_600_000);
        expect(await outcome(one.post())).toBe(200);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a call that failed in passing', () => {
  it.each(['GET', 'HEAD'])('is made again where it is %s, a little later, and three times at most', async (method) => {
    const one = partner([500, new TypeError('fetch failed'), 502, 200]);
    expect(await outcome(one.get({ method }))).toBe(502);
    expect(one.slept).toEqual([100, 200]);
    expect(one.asked).toHaveLength(3);
    expect(await outcome(one.get({ method }))).toBe(200);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'post'])('is never made again where it is %s', async (method) => {
    const one = partner([500, new TypeError('fetch failed'), 429, 200]);
    expect(await outcome(one.post({ method }))).toBe(500);
    expect(await outcome(one.post({ method }))).toBe('TypeError');
    expect(await outcome(one.post({ method }))).toBe(429);
    expect(one.asked).toHaveLength(3);
  });

  it('is known by its request, too, where that is one', async () => {
    const one = partner();
    const asked: string[] = [];
    const failing = async (input: unknown) => {
      asked.push(input instanceof Request ? input.method : '');
      return new Response('', { status: 500 });
    };
    await one.gate.fetch(failing, new Request(URL, POST), {});
    expect(asked).toEqual(['POST']);
  });

  it('leaves no answer of its first tries open', async () => {
    const canceled: string[] = [];
    const left = new Response(new ReadableStream({ cancel: () => void canceled.push('first') }), { status: 503 });
    const torn = new Response(new ReadableStream({ start: (body) => body.error(new Error('torn')) }), { status: 503 });
    const one = partner([left, torn, 200]);
    expect(await outcome(one.get())).toBe(200);
    expect(canceled).toEqual(['first']);
  });

  it('is not made again where its partner asks for a longer pause, or refuses it', async () => {
    const one = partner([busy(3)]);
    expect(await outcome(one.get())).toBe(429);
    const two = partner([404]);
    expect(await outcome(two.get())).toBe(404);
    expect([...one.slept, ...two.slept]).toEqual([]);
  });

  it('is not made again after its deadline', async () => {
    const deadline = new AbortController();
    const one = partner();
    const failing = async () => {
      deadline.abort();
      return new Response('', { status: 500 });
    };
    expect(await outcome(one.gate.fetch(failing, URL, { signal: deadline.signal }))).toBe(20);
    expect(one.slept).toEqual([]);
  });
});
