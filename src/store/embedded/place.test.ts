import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AlreadyRunning, lockPlaces, refuseForeignCluster } from './place.js';

describe('the folder of the data', () => {
  const made: string[] = [];
  const folder = () => {
    made.push(mkdtempSync(join(tmpdir(), 'headgate-test-')));
    return made.at(-1) ?? '';
  };
  afterEach(() => {
    for (const each of made.splice(0)) rmSync(each, { recursive: true });
  });

  it('serves one Headgate at a time, and keeps nothing where one of its places is taken', async () => {
    const [shared, mine] = [folder(), folder()];
    const first = await lockPlaces([shared]);
    await expect(lockPlaces([mine, shared])).rejects.toThrow(AlreadyRunning);
    const second = await lockPlaces([mine]);
    await first.release();
    const third = await lockPlaces([shared]);
    await Promise.all([second.release(), third.release()]);
  });

  it('is refused where its data belongs to somebody else, by name of the folder and both users', () => {
    const cluster = folder();
    const owner = process.getuid?.() ?? 0;
    const other = { name: 'other', uid: owner + 1, gid: owner + 1 };
    expect(() => refuseForeignCluster(cluster, other)).toThrow(
      `${cluster} belongs to the user with id ${owner}, and PostgreSQL would run as ${owner + 1}: start Headgate as the user`,
    );
    expect(() => refuseForeignCluster(cluster, null)).not.toThrow();
    expect(() => refuseForeignCluster(join(cluster, 'none yet'), other)).not.toThrow();
  });
});
