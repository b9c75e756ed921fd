import { createServer, connect as dial, type Socket } from 'node:net';

/** A wire between a client and PostgreSQL that can be cut at the worst moment. */
export interface Wire {
  /** The database's address through the wire. */
  readonly url: string;
  /** Arms one cut: the next answer of the server after `text` went out never arrives, and the connection is gone. */
  cutAnswerTo(text: string): void;
  /** Cuts every connection now. The server's side learns nothing while it is busy, as with a network that died. */
  cutAll(): void;
  /** Turns new connections away until `mend`. */
  breakDown(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Lays a wire on a free port of 127.0.0.1 to the database that `url` names. */
export async function layWire(url: string): Promise<Wire> {
  const target = new URL(url);
  const pairs = new Set<[Socket, Socket]>();
  let armed: string | undefined;
  let down = false;
  const server = createServer((client) => {
    if (down) {
      client.destroy();
      return;
    }
    const upstream = dial(Number(target.port || 5432), target.hostname);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    let cutting = false;
    const drop = () => {
      client.destroy();
      upstream.destroy();
      pairs.delete(pair);
    };
    client.on('data', (bytes) => {
      if (armed !== undefined && bytes.includes(armed)) {
        armed = undefined;
        cutting = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => (cutting ? drop() : client.write(bytes)));
    for (const socket of pair) socket.on('error', drop).on('close', drop);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  const wired = new URL(url);
  wired.hostname = '127.0.0.1';
  wired.port = String(address.port);
  const cutAll = () => {
    for (const [client] of pairs) client.destroy();
  };
  return {
    url: wired.href,
    cutAnswerTo(text) {
      armed = text;
    },
    cutAll,
    breakDown() {
      down = true;
      cutAll();
    },
    mend() {
      down = false;
    },
    async close() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
