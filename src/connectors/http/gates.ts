import { LRUCache } from 'lru-cache';
import { type Admission, Circuit } from '../../model/circuit.js';
import { ConnectorError } from '../../model/errors.js';
import { PAUSE_MS_MAX, pauseOf } from './pace.js';

/** Accounts that are remembered. */
const ACCOUNTS_MAX = 2_000;
/** Calls of one account that wait for their answer at once, and those that wait for their turn. */
const CALLS_MAX = 16;
const WAITING_MAX = 100;
/** A pause that a call waits out; before a longer one it fails, and its work comes back when the pause is over. */
const PAUSE_WAITED_MS_MAX = 2_000;
/** Failures in a row, of any of an account's calls, after which it is left alone. */
const FAILURES_MAX = 5;
const REST = { firstMs: 1_000, mostMs: 60_000 };
/** A call that changes nothing is made again so often, the first time after so long, then after twice as long. */
const RETRIES_MAX = 2;
const RETRY_MS_MIN = 100;
const TOO_MANY = 429;
/** The partner fails, or what stands before it, rather than refusing this call. */
const FAILING = new Set([500, 502, 503, 504]);

/** Nothing was sent, as the account may not be called now: no failure of what was to be done, which comes back at the time told. */
const CLOSED_CODES = ['PAUSED', 'RESTING', 'TOO_MANY_CALLS'] as const;
type ClosedCode = (typeof CLOSED_CODES)[number];

/** What has to come in from outside. */
export interface GateTools {
  /** Milliseconds of a clock that only runs forward. */
  readonly monotonicMs: () => number;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Rejects where the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** An account begins to be left alone because it fails, or answers again. */
  readonly onRest?: (account: string, isResting: boolean) => void;
}

/** The way to one account. */
export interface Gate {
  /**
   * Calls through `fetch` when the account may be called; GET and HEAD are made again where the partner failed in passing.
   * Nothing is sent, waited for or made again once the signal is aborted.
   *
   * Errors, beside those of `fetch` and the signal's: ConnectorError of class `transient` with retryAfterMs, nothing was sent: PAUSED (the
   * partner asked for it), RESTING (it failed too often), TOO_MANY_CALLS.
   */
  fetch(fetch: typeof globalThis.fetch, input: string | URL | Request, init: RequestInit): Promise<Response>;
  /** No call for so long, an hour at most: where only the body of an answer tells. */
  pause(ms: number): void;
  /** What a call would fail with now, PAUSED or RESTING; null where it would be made, or wait for its turn. */
  refusal(): ConnectorError | null;
}

/** An account that may not be called now. */
export interface ClosedAccount {
  readonly account: string;
  readonly because: 'PAUSED' | 'RESTING';
  /** In milliseconds. */
  readonly forMs: number;
}

/** The ways to all accounts; what they learned lasts as long as the process, and is not known to others. */
export interface Gates {
  /** `account`: a name that is the account's own, such as `vendor acme`. */
  of(account: string): Gate;
  /** Those that may not be called now, bounded by the accounts that are remembered. */
  closed(): readonly ClosedAccount[];
}

/** Ways to accounts of which nothing is known yet. */
export function createGates(tools: GateTools): Gates {
  const gates = new LRUCache<string, AccountGate>({ max: ACCOUNTS_MAX });
  return {
    of(account) {
      const gate = gates.get(account) ?? new AccountGate(account, tools);
      gates.set(account, gate);
      return gate;
    },
    closed: () => [...gates.values()].flatMap((gate) => gate.closed() ?? []),
  };
}

/** Whether a call was not made because its account may not be called now. */
export function isClosed(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && CLOSED_CODES.some((code) => code === error.code);
}

class AccountGate implements Gate {
  #pausedUntilMs = 0;
  #failures = 0;
  #isResting = false;
  #calls = 0;
  /** Calls that may wait for their answer at once: one after trouble, one more with each good answer. */
  #room = CALLS_MAX;
  #waiting = 0;
  readonly #queue: (() => void)[] = [];
  readonly #circuit = new Circuit(REST);

  constructor(
    private readonly account: string,
    private readonly tools: GateTools,
  ) {}

  closed(): ClosedAccount | null {
    const [pausedMs, restMs] = [this.#pausedMs(), this.#restMs()];
    const because = restMs > pausedMs ? 'RESTING' : 'PAUSED';
    return pausedMs + restMs === 0 ? null : { account: this.account, because, forMs: Math.max(pausedMs, restMs) };
  }

  refusal(): ConnectorError | null {
    const [pausedMs, restMs] = [this.#pausedMs(), this.#restMs()];
    if (restMs > 0) return this.#refusal('RESTING', 'failed too often, and is left alone', Math.max(restMs, pausedMs));
    return pausedMs > PAUSE_WAITED_MS_MAX ? this.#refusal('PAUSED', 'asked to come back later', pausedMs) : null;
  }

  pause(ms: number): void {
    if (!(ms > 0)) return;
    this.#room = 1;
    const untilMs = this.tools.monotonicMs() + Math.min(ms, PAUSE_MS_MAX);
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
  }

  async fetch(fetch: typeof globalThis.fetch, input: string | URL | Request, init: RequestInit): Promise<Response> {
    const method = (init.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    const retries = method === 'GET' || method === 'HEAD' ? RETRIES_MAX : 0;
    const signal = init.signal ?? new AbortController().signal;
    for (let tried = 0; ; tried += 1) {
      const isLast = tried === retries;
      const response = await this.#inTurn(signal, () => fetch(input, init)).catch((error: unknown) => {
        if (isLast || signal.aborted || error instanceof ConnectorError) throw error;
        return null;
      });
      if (response !== null) {
        const isPassing = response.status === TOO_MANY || FAILING.has(response.status);
        if (isLast || !isPassing || this.refusal() !== null) return response;
        await response.body?.cancel().catch(() => {});
      }
      // Not all at once: between half of it and half more.
      await this.tools.sleep(RETRY_MS_MIN * 2 ** tried * (0.5 + this.tools.random()), signal);
    }
  }

  /** One call, when there is room, no pause, and the partner is not left alone. */
  async #inTurn(signal: AbortSignal, call: () => Promise<Response>): Promise<Response> {
    const admission = await this.#enter(signal);
    try {
      return await this.#observed(admission, call);
    } finally {
      this.#calls -= 1;
      this.#wake();
    }
  }

  /** Waits until the account may be called, no longer than the signal lets it, and takes a place. */
  async #enter(signal: AbortSignal): Promise<Admission> {
    try {
      for (;;) {
        signal.throwIfAborted();
        const pausedMs = this.#pausedMs();
        const admission = this.#admit(pausedMs);
        if (admission !== null) {
          this.#calls += 1;
          return admission;
        }
        this.#waiting += 1;
        await (pausedMs > 0 ? this.tools.sleep(pausedMs, signal) : this.#turn(signal)).finally(() => {
          this.#waiting -= 1;
        });
      }
    } catch (error) {
      // It may have been woken for a place that it does not take.
      this.#wake();
      throw error;
    }
  }

  /** Null: it may wait, for the pause to end or for a place. */
  #admit(pausedMs: number): Admission | null {
    const refusal = this.refusal();
    if (refusal !== null) throw refusal;
    if (pausedMs === 0 && this.#calls < this.#room) return this.#circuit.admit(this.tools.monotonicMs());
    if (this.#waiting < WAITING_MAX) return null;
    throw this.#refusal('TOO_MANY_CALLS', `has ${WAITING_MAX} calls waiting already`, PAUSE_WAITED_MS_MAX);
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = () => {
        this.#queue.splice(this.#queue.indexOf(go), 1);
        reject(signal.reason);
      };
      this.#queue.push(go);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** As many of those that wait as there is room for; they look for themselves whether they may go. */
  #wake(): void {
    for (const go of this.#queue.splice(0, Math.max(0, this.#room - this.#calls))) go();
  }

  async #observed(admission: Admission, call: () => Promise<Response>): Promise<Response> {
    try {
      const response = await call();
      const pauseMs = pauseOf(response, this.tools.nowMs());
      this.pause(pauseMs);
      // Who says when to come back is well.
      const isFailed = FAILING.has(response.status) && pauseMs === 0;
      if (!isFailed && pauseMs === 0) this.#room = Math.min(this.#room + 1, CALLS_MAX);
      this.#ended(admission, isFailed);
      return response;
    } catch (error) {
      // What was refused on our side says nothing of the partner.
      if (error instanceof ConnectorError && error.errorClass !== 'transient') this.#circuit.giveBack(admission);
      else this.#ended(admission, true);
      throw error;
    }
  }

  #ended(admission: Admission, isFailed: boolean): void {
    this.#failures = isFailed ? this.#failures + 1 : 0;
    const isTrial = admission === 'trial';
    const opens = isFailed && (isTrial || this.#failures >= FAILURES_MAX);
    if (opens) this.#room = 1;
    this.#circuit.end(admission, this.tools.monotonicMs(), opens);
    if (opens === this.#isResting || !(opens || isTrial)) return;
    this.#isResting = opens;
    this.tools.onRest?.(this.account, opens);
  }

  #pausedMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.tools.monotonicMs());
  }

  #restMs(): number {
    return this.#circuit.closedMs(this.tools.monotonicMs());
  }

  #refusal(code: ClosedCode, because: string, ms: number): ConnectorError {
    return new ConnectorError(code, 'transient', `${this.account} ${because}`, { retryAfterMs: Math.ceil(ms) });
  }
}
