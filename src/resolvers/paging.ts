import { GraphQLError } from 'graphql';

/** What the caller sent cannot be: told as it is, never masked. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** Rows that one page may have. */
export const PAGE_MAX = 100;

/** `first` of a list, checked. */
export function pageSize(first: number): number {
  if (first < 1 || first > PAGE_MAX) throw badInput(`first: expected 1 to ${PAGE_MAX}, got ${first}`);
  return first;
}

/** A row's place in a list as clients keep it: opaque to them. */
export function encodeRowCursor(at: Date, id: string): string {
  return Buffer.from(`${at.getTime()}:${id}`).toString('base64url');
}

/** Errors: BAD_USER_INPUT where the text is no cursor of ours. */
export function parseRowCursor(text: string): { readonly createdAt: Date; readonly id: string } {
  const plain = text.length <= 100 ? Buffer.from(text, 'base64url').toString('latin1') : '';
  const match = /^(\d{1,15}):([0-9a-f-]{36})$/.exec(plain);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw badInput('after: expected a cursor of an earlier page, as it was given');
  }
  return { createdAt: new Date(Number(match[1])), id: match[2] };
}
