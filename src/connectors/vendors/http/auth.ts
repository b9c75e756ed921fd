import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { CallContext } from '../../connector.js';
import { exchange, failure, parseAnswer, refusalOf } from '../../http/exchange.js';
import type { HttpVendorSecrets, HttpVendorSettings } from './settings.js';

/** What a request carries so that the vendor knows us. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** What must not be shown should the vendor quote it. */
  readonly secrets: readonly string[];
  /** Forgets a token that was kept and is not accepted any more; false where there was none. */
  forget(): boolean;
}

/** A token is renewed so long before it expires. */
const EARLY_MS = 60_000;
/** Where the answer does not say for how long. Source: RFC 6749, 5.1 leaves it to the server. */
const EXPIRES_SECONDS = 300;
const TOKENS_MAX = 1_000;

const tokenAnswer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8000}$/),
  expires_in: z.coerce.number().min(0).max(31_536_000).default(EXPIRES_SECONDS),
});

interface Token {
  readonly value: string;
  readonly until: number;
}

/** Finds credentials for accounts; tokens of OAuth 2 are kept until they expire. */
export function createCredentials() {
  const tokens = new LRUCache<string, Token>({ max: TOKENS_MAX });
  const none = { headers: {}, query: {}, forget: () => false };

  /** Errors: VENDOR_MISCONFIGURED, class `permanent`, of a secret that is missing; those of asking for a token. */
  return async function credentialsOf(
    { auth }: HttpVendorSettings,
    secrets: HttpVendorSecrets,
    context: CallContext,
  ): Promise<Credentials> {
    const [secret] = neededSecret(auth, secrets);
    switch (auth.kind) {
      case 'none':
        return { ...none, secrets: [] };
      case 'bearer':
        return { ...none, headers: { authorization: `Bearer ${secret}` }, secrets: [secret] };
      case 'basic': {
        const encoded = base64(`${auth.username}:${secret}`);
        return { ...none, headers: { authorization: `Basic ${encoded}` }, secrets: [secret, encoded] };
      }
      case 'apiKey': {
        const sent = { [auth.name]: `${auth.prefix}${secret}` };
        return {
          ...none,
          [auth.in === 'header' ? 'headers' : 'query']: sent,
          secrets: [secret, encodeURIComponent(secret)],
        };
      }
      case 'oauth2': {
        const key = createHash('sha256')
          .update(JSON.stringify([auth, secret]))
          .digest('base64');
        const now = context.clock.now().getTime();
        const kept = tokens.get(key);
        const token = kept && kept.until > now ? kept : await askForToken(auth, secret, context, now);
        tokens.set(key, token);
        return {
          ...{ headers: { authorization: `Bearer ${token.value}` }, query: {}, secrets: [secret, token.value] },
          forget: () => token === kept && tokens.delete(key),
        };
      }
    }
  };
}

/** The secret that this way of authentication needs, '' where it needs none. Errors: VENDOR_MISCONFIGURED, class `permanent`. */
export function neededSecret({ kind }: HttpVendorSettings['auth'], secrets: HttpVendorSecrets): [string] {
  const named = { none: null, bearer: 'token', basic: 'password', apiKey: 'apiKey', oauth2: 'clientSecret' } as const;
  const needed = named[kind];
  if (needed === null) return [''];
  const secret = secrets[needed];
  if (secret !== undefined && !/[\r\n\0]/.test(secret)) return [secret];
  throw failure('vendor', 'MISCONFIGURED', 'permanent', `auth ${kind} needs the secret ${needed}, on one line`);
}

/** Asks for a token by client credentials. Nothing of the call itself was sent, so no failure leaves it in doubt. Source: RFC 6749, 4.4. */
async function askForToken(
  auth: Extract<HttpVendorSettings['auth'], { kind: 'oauth2' }>,
  secret: string,
  context: CallContext,
  now: number,
): Promise<Token> {
  const { clientId, client, form, tokenUrl } = auth;
  const isBasic = client === 'basic';
  const body = new URLSearchParams({
    ...form,
    grant_type: 'client_credentials',
    ...(isBasic ? {} : { client_id: clientId, client_secret: secret }),
  });
  const encoded = base64(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`);
  const headers = {
    ...{ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    ...(isBasic ? { authorization: `Basic ${encoded}` } : {}),
  };
  const call = { of: 'vendor', changes: false } as const;
  const answer = await exchange(call, tokenUrl, { method: 'POST', headers, body: body.toString() }, context);
  // Source: RFC 6749, 5.2: a wrong secret is answered with 400 or 401.
  if (answer.status === 400 || answer.status === 401)
    throw failure('vendor', 'UNAUTHORIZED', 'unauthorized', `no token for our credentials (${answer.status})`);
  if (answer.status < 200 || answer.status > 299) throw refusalOf(call, answer, undefined);
  const parsed = tokenAnswer.safeParse(parseAnswer(answer.text, []));
  if (!parsed.success) throw failure('vendor', 'TOKEN_MALFORMED', 'transient', 'the answer of tokenUrl is no token');
  return { value: parsed.data.access_token, until: now + parsed.data.expires_in * 1_000 - EARLY_MS };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
