import type { Viewer } from '../model/viewer.js';
import type { StockChange } from '../schema/messages.js';
import { parseCursor } from '../store/event-cursor.js';
import type { ApiContext } from './context.js';
import { StockStream } from './stock-stream.js';

/** At most ten messages a second to one subscriber. Source: DESIGN.md section 5. */
const INTERVAL_MS_MIN = 100;
/** However many there are, each is told at least this often while what it watches changes. */
const INTERVAL_MS_MAX = 1_000;
/** Messages a second to all subscribers of a process, beyond which each is told less often: orders come before news of them. */
const MESSAGES_PER_SECOND = 2_500;
/** Messages that wait for one subscriber; one that is slower goes on by itself, from its last one. */
const WAITING_MAX = 4;
const DONE: IteratorResult<StockChange> = { value: undefined, done: true };

/**
 * Subscriptions to stock of one process: those that ask for the same with the same rights at the same time are told the same messages, made
 * once. Who comes after a group's first message begins another: the first one says what everything is, and all later ones what changed since.
 */
export class StockStreams {
  readonly #groups = new Map<string, Group>();
  #subscribers = 0;

  /** How long a subscriber waits for its next message. */
  readonly intervalMs = (): number => {
    const wanted = (this.#subscribers * 1_000) / MESSAGES_PER_SECOND;
    return Math.min(INTERVAL_MS_MAX, Math.max(INTERVAL_MS_MIN, wanted));
  };

  /** As a StockStream, for one more subscriber. */
  subscribe(
    context: ApiContext,
    skus: readonly string[],
    after: bigint | undefined,
  ): AsyncIterableIterator<StockChange> {
    const own = (from: bigint | undefined) => new StockStream(context, skus, from, this.intervalMs);
    const left = () => {
      this.#subscribers -= 1;
    };
    this.#subscribers += 1;
    if (after !== undefined) return new Follower(own, left).alone(own(after));
    const key = keyOf(context.viewer, skus);
    let group = this.#groups.get(key);
    if (!group?.isOpen) {
      const made: Group = new Group(own(undefined), () => {
        if (this.#groups.get(key) === made) this.#groups.delete(key);
      });
      group = made;
      this.#groups.set(key, group);
    }
    const follower = new Follower(own, left);
    group.join(follower);
    return follower;
  }
}

/** Who asks for the same with the same rights. */
function keyOf({ scopes, accountIds, vendorIds }: Viewer, skus: readonly string[]): string {
  return JSON.stringify([[...scopes].sort(), accountIds, vendorIds, skus]);
}

/** One stream, and those who follow it from its first message on; ends with the last of them. */
class Group {
  readonly #followers = new Set<Follower>();
  #told = false;
  #ended = false;

  constructor(
    private readonly stream: StockStream,
    private readonly onEnd: () => void,
  ) {
    void this.#tell();
  }

  /** Whether nothing was told yet. */
  get isOpen(): boolean {
    return !this.#told && !this.#ended;
  }

  join(follower: Follower): void {
    this.#followers.add(follower);
    follower.follow(this);
  }

  leave(follower: Follower): void {
    if (!this.#followers.delete(follower) || this.#followers.size > 0) return;
    this.#end();
    void this.stream.return();
  }

  async #tell(): Promise<void> {
    try {
      for (let step = await this.stream.next(); !step.done; step = await this.stream.next()) {
        this.#told = true;
        for (const follower of this.#followers) follower.tell(step.value);
      }
      for (const follower of this.#followers) void follower.return();
    } catch (error) {
      for (const follower of this.#followers) follower.fail(error);
    }
    this.#end();
  }

  /** Whoever comes next begins another one. */
  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd();
  }
}

/** One subscriber: of a group, or with a stream of its own (one that goes on behind a cursor, or was too slow for its group). */
class Follower implements AsyncIterableIterator<StockChange> {
  readonly #waiting: StockChange[] = [];
  #group: Group | undefined;
  #own: StockStream | undefined;
  #last: StockChange | undefined;
  #failure: { readonly error: unknown } | undefined;
  #closed = false;
  #signal = () => {};

  constructor(
    private readonly ownFrom: (after: bigint | undefined) => StockStream,
    private readonly left: () => void,
  ) {}

  alone(own: StockStream): this {
    this.#own = own;
    return this;
  }

  follow(group: Group): void {
    this.#group = group;
  }

  tell(message: StockChange): void {
    this.#waiting.push(message);
    if (this.#waiting.length > WAITING_MAX) this.#goAlone();
    this.#signal();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.#signal();
  }

  async next(): Promise<IteratorResult<StockChange>> {
    try {
      const step = await this.#next();
      return step.done ? await this.return() : step;
    } catch (error) {
      await this.return();
      throw error;
    }
  }

  async #next(): Promise<IteratorResult<StockChange>> {
    while (!this.#closed) {
      if (this.#own) return this.#own.next();
      const value = this.#waiting.shift();
      if (value) {
        this.#last = value;
        return { value, done: false };
      }
      if (this.#failure) throw this.#failure.error;
      await new Promise<void>((resolve) => {
        this.#signal = resolve;
      });
    }
    return DONE;
  }

  async return(): Promise<IteratorResult<StockChange>> {
    if (this.#closed) return DONE;
    this.#closed = true;
    this.left();
    this.#signal();
    this.#group?.leave(this);
    await this.#own?.return();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Everything in what follows is at least as new as what it was told last. */
  #goAlone(): void {
    this.#waiting.length = 0;
    this.#own ??= this.ownFrom(this.#last && parseCursor(this.#last.cursor));
    const group = this.#group;
    this.#group = undefined;
    group?.leave(this);
  }
}
