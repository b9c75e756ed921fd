import type { Clock } from '../model/clock.js';
import type { Viewer } from '../model/viewer.js';
import { endedApiKeys, verifyApiKey } from '../store/api-keys.js';
import type { Queryable } from '../store/database.js';

export type AuthVerdict =
  | { readonly ok: true; readonly viewer: Viewer }
  | { readonly ok: false; readonly message: string };

/** Who asks, by the Authorization header or by connection_init's `authorization`. */
export interface Authenticator {
  authenticate(authorization: string | undefined): Promise<AuthVerdict>;
  /** Of these actors, those whose keys have ended since. */
  ended(actors: readonly string[]): Promise<readonly string[]>;
}

const EXPECTED =
  'expected the header "Authorization: Bearer hg_…" with an API key (make one with: headgate keys create)';

/** Every request is checked against the database, so a revoked key ends at once. */
export function createAuthenticator(db: Queryable, clock: Clock): Authenticator {
  return {
    async authenticate(authorization) {
      if (authorization === undefined) return { ok: false, message: `${EXPECTED}, got none` };
      const key = /^Bearer +([^\s]{1,200})$/i.exec(authorization)?.[1];
      if (key === undefined) return { ok: false, message: `${EXPECTED}, got something else` };
      const verdict = await verifyApiKey(db, key, clock.now());
      // Unknown, expired and revoked are not told apart: whoever finds an old key learns nothing from it.
      if (!verdict.ok) return { ok: false, message: 'the API key is not valid' };
      return { ok: true, viewer: verdict.viewer };
    },
    async ended(actors) {
      const ids = actors.flatMap((actor) => (actor.startsWith('key:') ? [actor.slice(4)] : []));
      const ended = await endedApiKeys(db, ids, clock.now());
      return ended.map((id) => `key:${id}`);
    },
  };
}
