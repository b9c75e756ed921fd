import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';

/** What subscribers are told to do: each watches one SKU over a socket of its own, the SKUs shared out among them. */
export interface Watch {
  /** Of the gateway. */
  readonly url: string;
  readonly key: string;
  readonly skus: readonly string[];
  readonly count: number;
}
/** What one subscriber was told so far. */
export interface Seen {
  readonly sku: string;
  readonly messages: number;
  /** By its last message. */
  readonly available: number;
}
export interface Watchers {
  /** What each of them has seen. */
  look(): Promise<Seen[]>;
  close(): Promise<void>;
}

/** Sockets that are opened at once: more would overflow the queue in which a listener keeps those that it has not yet met. */
const OPENED_AT_ONCE = 50;
const QUERY = 'subscription ($skus: [String!]!) { stockChanged(skus: $skus) { cursor products { sku available } } }';

/** Subscribes so many times; resolves once each was told the state as it is. Errors: whatever ends a socket before that. */
export async function watchStock({ url, key, skus, count }: Watch): Promise<Watchers> {
  const watchers: Watcher[] = [];
  for (let from = 0; from < count; from += OPENED_AT_ONCE) {
    const group = Array.from({ length: Math.min(OPENED_AT_ONCE, count - from) }, (_, at) => {
      return new Watcher(url, key, skus[(from + at) % skus.length] ?? '');
    });
    watchers.push(...group);
    await Promise.all(group.map((watcher) => watcher.ready));
  }
  return {
    look: async () => watchers.map(({ sku, messages, available }) => ({ sku, messages, available })),
    async close() {
      await Promise.all(watchers.map((watcher) => watcher.close()));
    },
  };
}

/** Does so in a process of its own, as subscribers are elsewhere. */
export async function startWatchers(watch: Watch): Promise<Watchers> {
  const child = fork(fileURLToPath(new URL('./stock-watchers-process.js', import.meta.url)));
  await asked(child, watch);
  return {
    look: async () => (await asked(child, 'look')) as Seen[],
    async close() {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

/** Sends a message and gives the answer. Errors: the child ended before it answered. */
async function asked(child: ChildProcess, message: Watch | 'look'): Promise<unknown> {
  const answered = new AbortController();
  const { signal } = answered;
  child.send(message);
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([answer]) => answer),
      once(child, 'exit', { signal }).then(() => {
        throw new Error('the process of the subscribers ended');
      }),
    ]);
  } finally {
    answered.abort();
  }
}

/** One subscriber, by the bare protocol (graphql-transport-ws): what is measured is the gateway. */
class Watcher {
  messages = 0;
  available = Number.NaN;
  /** Once the first message came. */
  readonly ready: Promise<void>;
  readonly #socket: WebSocket;

  constructor(
    url: string,
    key: string,
    readonly sku: string,
  ) {
    this.#socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    const send = (message: object) => this.#socket.send(JSON.stringify(message));
    this.#socket.on('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
    this.ready = new Promise((resolve, reject) => {
      this.#socket.on('error', reject);
      this.#socket.on('close', (code, reason) => reject(new Error(`a subscriber was cut off: ${code} ${reason}`)));
      this.#socket.on('message', (text) => {
        const message = JSON.parse(String(text));
        if (message.type === 'connection_ack')
          send({ id: '1', type: 'subscribe', payload: { query: QUERY, variables: { skus: [sku] } } });
        else if (message.type === 'next' && message.payload.data) {
          this.messages += 1;
          this.available = message.payload.data.stockChanged.products[0].available;
          resolve();
        } else reject(new Error(`expected a change of stock, got ${text}`));
      });
    });
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}
