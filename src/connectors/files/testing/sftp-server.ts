import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join, posix } from 'node:path';
import ssh2, { type SFTPWrapper } from 'ssh2';

const { Server, utils } = ssh2;
const { STATUS_CODE } = utils.sftp;
const PASSWORD = 'open sesame';

/** What the server does wrong: it says that its disk is full, refuses to rename, hangs up after a rename, never answers one, or hangs up while a file is read. */
export type SftpTrouble = 'full' | 'no rename' | 'silent rename' | 'mute' | 'hang up';

/** An SFTP server over a folder of this machine, at a free port, that can misbehave. */
export interface TestSftpServer {
  readonly port: number;
  readonly fingerprint: string;
  readonly password: string;
  trouble: SftpTrouble | null;
  /** Called when it begins to keep silent. */
  onMute: () => void;
  close(): Promise<void>;
}

/** Starts one. Its user is `edi`. */
export async function startSftpServer(root: string): Promise<TestSftpServer> {
  const key = utils.generateKeyPairSync('ecdsa', { bits: 256 });
  const parsed = utils.parseKey(key.private);
  if (parsed instanceof Error || Array.isArray(parsed)) throw new Error('expected one key');
  const fingerprint = createHash('sha256').update(parsed.getPublicSSH()).digest('base64').replace(/=+$/, '');
  const clients = new Set<{ end(): unknown }>();
  const server = new Server({ hostKeys: [key.private] }, (client) => {
    clients.add(client);
    client.on('error', () => {});
    client.on('close', () => clients.delete(client));
    client.on('authentication', (context) => {
      const isKnown = context.method === 'password' && context.username === 'edi' && context.password === PASSWORD;
      if (isKnown) context.accept();
      else context.reject(['password']);
    });
    client.on('ready', () =>
      client.on('session', (accept) => accept().on('sftp', (accepted) => serve(accepted(), root, started, client))),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const started: TestSftpServer = {
    ...{ port: (server.address() as AddressInfo).port, fingerprint: `SHA256:${fingerprint}`, password: PASSWORD },
    trouble: null,
    onMute: () => {},
    async close() {
      for (const client of clients) client.end();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
  return started;
}

function serve(sftp: SFTPWrapper, root: string, server: TestSftpServer, client: { end(): unknown }): void {
  const handles = new Map<number, { file?: FileHandle; names?: string[]; path: string }>();
  let last = 0;
  const place = (path: string) => join(root, posix.resolve('/', path));
  const keep = (handle: { file?: FileHandle; names?: string[]; path: string }) => {
    last += 1;
    handles.set(last, handle);
    const id = Buffer.alloc(4);
    id.writeUInt32BE(last);
    return id;
  };
  const answer = (id: number, work: () => Promise<void>) =>
    void work().catch((error: NodeJS.ErrnoException) =>
      sftp.status(id, error.code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE),
    );
  const kept = (handle: Buffer) => handles.get(handle.readUInt32BE()) ?? { path: '' };
  const ok = (id: number) => sftp.status(id, STATUS_CODE.OK);

  sftp.on('REALPATH', (id, path) =>
    sftp.name(id, [{ filename: posix.resolve('/', path), longname: '', attrs: attrs() }]),
  );
  sftp.on('OPENDIR', (id, path) =>
    answer(id, async () => void sftp.handle(id, keep({ path, names: await readdir(place(path)) }))),
  );
  sftp.on('READDIR', (id, handle) =>
    answer(id, async () => {
      const open = kept(handle);
      const names = open.names ?? [];
      open.names = [];
      if (names.length === 0) return void sftp.status(id, STATUS_CODE.EOF);
      const listed = names.map(async (filename) => {
        const stat = await lstat(place(posix.join(open.path, filename)));
        return {
          filename,
          longname: `${stat.isDirectory() ? 'd' : '-'}rw-r--r-- 1 edi edi 0 Jan 1 00:00 ${filename}`,
          attrs: attrs(stat),
        };
      });
      sftp.name(id, await Promise.all(listed));
    }),
  );
  const stat = (id: number, path: string) =>
    answer(id, async () => void sftp.attrs(id, attrs(await lstat(place(path)))));
  sftp.on('STAT', stat);
  sftp.on('LSTAT', stat);
  sftp.on('FSTAT', (id, handle) => stat(id, kept(handle).path));
  sftp.on('OPEN', (id, path, flags) =>
    answer(id, async () => {
      const writes = (flags & utils.sftp.OPEN_MODE.WRITE) !== 0;
      const mode = writes ? constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC : constants.O_RDONLY;
      sftp.handle(id, keep({ path, file: await open(place(path), mode) }));
    }),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, async () => {
      if (server.trouble === 'hang up') return void client.end();
      const read = await kept(handle).file?.read(Buffer.alloc(length), 0, length, offset);
      if (!read || read.bytesRead === 0) return void sftp.status(id, STATUS_CODE.EOF);
      sftp.data(id, read.buffer.subarray(0, read.bytesRead));
    }),
  );
  sftp.on('WRITE', (id, handle, offset, data) =>
    answer(id, async () => {
      if (server.trouble === 'full') return void sftp.status(id, STATUS_CODE.FAILURE);
      await kept(handle).file?.write(data, 0, data.length, offset);
      ok(id);
    }),
  );
  sftp.on('CLOSE', (id, handle) =>
    answer(id, async () => {
      await kept(handle).file?.close();
      handles.delete(handle.readUInt32BE());
      ok(id);
    }),
  );
  sftp.on('FSETSTAT', (id) => ok(id));
  sftp.on('SETSTAT', (id) => ok(id));
  sftp.on('MKDIR', (id, path) => answer(id, () => mkdir(place(path)).then(() => ok(id))));
  sftp.on('RENAME', (id, from, to) =>
    answer(id, async () => {
      if (server.trouble === 'mute') return server.onMute();
      if (server.trouble === 'no rename') return void sftp.status(id, STATUS_CODE.FAILURE);
      const isThere = await lstat(place(to)).then(
        () => true,
        () => false,
      );
      if (isThere) return void sftp.status(id, STATUS_CODE.FAILURE);
      await rename(place(from), place(to));
      if (server.trouble === 'silent rename') return void client.end();
      ok(id);
    }),
  );
}

function attrs(stat?: Stats) {
  const seconds = Math.floor((stat?.mtimeMs ?? 0) / 1_000);
  return { mode: stat?.mode ?? 0o40_755, uid: 0, gid: 0, size: stat?.size ?? 0, atime: seconds, mtime: seconds };
}
