import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { readConfig } from '../config.js';
import { readRunning } from './connect.js';

/** A running Headgate's API, and the key to ask it with. */
export interface Api {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  readonly key: string;
}

export interface ApiOptions {
  readonly data?: string;
  readonly url?: string;
  readonly key?: string;
}

const ASK_MS_MAX = 30_000;
const RECONNECT_MS = 500;

/** The API to ask: as the options say, else the Headgate that runs on the data folder, with the demo's key. */
export function findApi(options: ApiOptions): Api {
  const { dataFolder } = readConfig(process.env, options.data === undefined ? {} : { dataFolder: options.data });
  const url = options.url ?? readRunning(dataFolder)?.apiUrl;
  if (!url)
    throw new Error(`no Headgate runs on ${dataFolder}: start one with npm start, or say where with --url and --key`);
  return { url: url.replace(/\/(graphql\/?)?$/, ''), key: options.key ?? readDemoKey(dataFolder) };
}

function readDemoKey(dataFolder: string): string {
  try {
    return readFileSync(join(dataFolder, 'demo-key'), 'utf8').trim();
  } catch (cause) {
    const remedy = 'give one with --key, made by headgate keys create --name demo --scope operations';
    throw new Error(`there is no demo key in ${dataFolder}: ${remedy}`, { cause });
  }
}

/** Asks over HTTP. Errors: what the API answered, in one sentence. */
export async function ask<Data>(api: Api, query: string, variables: Readonly<Record<string, unknown>>): Promise<Data> {
  const response = await reach(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${api.key}` },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  let answer: { data?: Data | null; errors?: readonly { message: string }[] };
  try {
    answer = JSON.parse(text);
  } catch (cause) {
    throw new Error(`expected ${api.url} to answer as Headgate does, got ${response.status} and no JSON`, { cause });
  }
  if (answer.errors?.length) throw refusal(answer.errors);
  if (!answer.data) throw new Error(`expected data from ${api.url}, got ${response.status}`);
  return answer.data;
}

/** As fetch, bounded in time; that nobody listens is said plainly. */
export async function reach(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(ASK_MS_MAX) });
  } catch (cause) {
    throw new Error(`cannot reach Headgate at ${url}: is it running?`, { cause });
  }
}

/** One message of a subscription. */
interface Message<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

/**
 * Hears a subscription until `hear` returns true. A connection that breaks is opened again behind the last message, so that none
 * is missed or heard twice. Returns whether it ended so; false: `timeoutMs` had passed.
 */
export async function follow<Data>(
  api: Api,
  subscription: {
    readonly query: string;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly after: string | null;
    readonly cursorOf: (data: Data) => string;
    readonly timeoutMs: number;
    /** Ends it early. */
    readonly signal?: AbortSignal | undefined;
  },
  hear: (data: Data) => Promise<boolean>,
): Promise<boolean> {
  const { query, variables, cursorOf } = subscription;
  const endsAt = performance.now() + subscription.timeoutMs;
  let after = subscription.after;
  const { signal } = subscription;
  while (performance.now() < endsAt && !signal?.aborted) {
    const client = connect(api);
    const end = () => void client.dispose();
    const timer = setTimeout(end, endsAt - performance.now());
    signal?.addEventListener('abort', end);
    try {
      for await (const message of client.iterate({ query, variables: { ...variables, after } })) {
        const { data, errors } = message as Message<Data>;
        if (errors?.length) throw refusal(errors);
        if (!data) continue;
        after = cursorOf(data);
        if (await hear(data)) return true;
      }
    } catch (error) {
      if (isFinal(error)) throw endOf(error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      await client.dispose();
    }
    if (performance.now() < endsAt && !signal?.aborted) await pause(RECONNECT_MS);
  }
  return false;
}

function connect(api: Api): Client {
  return createClient({
    url: `${api.url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${api.key}` },
  });
}

/** Whether trying again would fail again: an answer of the API, or a close that says "your fault" (4400 to 4499). */
function isFinal(error: unknown): boolean {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number')
    return error.code >= 4400 && error.code < 4500;
  return Array.isArray(error) || (error instanceof Error && !('errno' in error) && !(error instanceof AggregateError));
}

/** What ended a subscription for good, as an error that says so. */
function endOf(error: unknown): unknown {
  if (Array.isArray(error)) return refusal(error);
  if (typeof error !== 'object' || error === null || error instanceof Error || !('reason' in error)) return error;
  return new Error(`Headgate closed the connection: ${error.reason}`);
}

function refusal(errors: readonly { readonly message: string }[]): Error {
  return new Error(`Headgate answered: ${errors.map((error) => error.message).join('; ')}`);
}
