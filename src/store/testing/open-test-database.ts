import { createTestDatabase } from '../../../test/database.js';
import { type Database, openDatabase } from '../database.js';

/** A fresh, migrated database, open; closing it drops it. */
export async function openTestDatabase(): Promise<Database & { readonly url: string }> {
  const created = await createTestDatabase();
  const database = await openDatabase({ url: created.url });
  return {
    ...database,
    url: created.url,
    async close() {
      await database.close();
      await created.drop();
    },
  };
}
