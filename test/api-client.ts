import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** One entry of a GraphQL answer's errors. */
export interface ApiError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly requestId?: string } & Readonly<Record<string, unknown>>;
}
export interface ApiAnswer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Data | null;
  readonly errors?: readonly ApiError[];
}

/** Asks the API over HTTP, as a client with this key would. */
export async function ask<Data, Variables>(
  url: string,
  key: string | null,
  document: TypedDocumentNode<Data, Variables> | string,
  variables?: Variables,
  headers: Readonly<Record<string, string>> = {},
): Promise<ApiAnswer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }), ...headers },
    body: JSON.stringify({ query: typeof document === 'string' ? document : print(document), variables }),
  });
  const body = (await response.json()) as { data?: Data | null; errors?: ApiError[] };
  return { status: response.status, headers: response.headers, ...body };
}

/** As ask, where the test needs the data: an answer with errors fails it. */
export async function askFor<Data, Variables>(
  url: string,
  key: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const answer = await ask(url, key, document, variables);
  if (answer.errors || !answer.data) throw new Error(`expected data, got ${JSON.stringify(answer.errors)}`);
  return answer.data;
}

/** A subscription under way. */
export interface Followed<Data> {
  readonly messages: Data[];
  readonly errors: ApiError[];
  /** Set once the server has ended it or the socket was closed. */
  ended: { readonly code?: number | undefined; readonly reason?: string | undefined } | null;
  stop(): Promise<void>;
}

/** Subscribes over a socket of its own; messages gather in the answer. Never reconnects by itself. */
export function follow<Data, Variables extends Record<string, unknown>>(
  url: string,
  key: string | null,
  document: TypedDocumentNode<Data, Variables> | string,
  variables?: Variables,
): Followed<Data> {
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: key ? { authorization: `Bearer ${key}` } : {},
  });
  const followed: Followed<Data> = { messages: [], errors: [], ended: null, stop: async () => client.dispose() };
  const query = typeof document === 'string' ? document : print(document);
  client.subscribe<Data>(
    { query, variables },
    {
      next(result) {
        if (result.errors) followed.errors.push(...(result.errors as unknown as ApiError[]));
        if (result.data) followed.messages.push(result.data);
      },
      error(error) {
        if (Array.isArray(error)) followed.errors.push(...error);
        const { code, reason } = error as { code?: number; reason?: string };
        followed.ended ??= { code, reason };
      },
      complete() {
        followed.ended ??= {};
      },
    },
  );
  return followed;
}

/** Waits until the condition gives something, looking often. Errors: after `ms`, with what was waited for. */
export async function eventually<T>(what: string, look: () => T | Promise<T>, ms = 10_000): Promise<NonNullable<T>> {
  const until = performance.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen) return seen as NonNullable<T>;
    if (performance.now() > until) throw new Error(`waited ${ms} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
