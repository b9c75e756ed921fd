/** A number as it stood in the JSON text: digits beyond 2^53 and trailing zeros are not lost. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

export type JsonObject = { readonly [key: string]: JsonValue };
/** JSON with its numbers as they were written. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const NUMBER = '\0number';
const NUMBER_TEXT = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * Reads JSON in UTF-8, with or without a byte order mark, its numbers as text. A key such as `__proto__` is a key like others.
 * Errors: SyntaxError, TypeError or RangeError where the bytes are no JSON.
 */
export function readJson(rawBody: Uint8Array): JsonValue {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(rawBody);
  JSON.parse(text);
  // What is valid JSON has its numbers outside strings just where this expression finds them.
  const marked = text.replace(TOKEN, (token) => (token.startsWith('"') ? token : `{"\\u0000number":"${token}"}`));
  return JSON.parse(marked, (_key, value: unknown) => numberOf(value) ?? value) as JsonValue;
}

function numberOf(value: unknown): JsonNumber | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, NUMBER)) return null;
  const text = (value as Record<string, unknown>)[NUMBER];
  return typeof text === 'string' && NUMBER_TEXT.test(text) ? new JsonNumber(text) : null;
}

/** Whether the value is a JSON object. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}
