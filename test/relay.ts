import { connect, createServer, type Socket } from 'node:net';

/** An address that stays while what stands behind it moves: a database that comes back on another port. */
export interface Relay {
  readonly port: number;
  /** From now on connections go there; null: they are turned away. */
  pointTo(port: number | null): void;
  close(): Promise<void>;
}

/** Opens a relay on a free port of 127.0.0.1. */
export async function openRelay(): Promise<Relay> {
  let target: number | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (target === null) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    for (const [socket, peer] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        peer.destroy();
      });
      socket.pipe(peer);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return {
    port: address.port,
    pointTo(port) {
      target = port;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
