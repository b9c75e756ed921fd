import jsonata from 'jsonata';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

const LENGTH_MAX = 20_000;

/** Those that were read already: settings are checked with each call. */
const known = new LRUCache<string, true>({ max: 1_000 });

/** What is wrong with a JSONata expression, with the character where, or null. */
function faultOf(text: string): string | null {
  if (known.has(text)) return null;
  try {
    jsonata(text);
    known.set(text, true);
    return null;
  } catch (error) {
    const { message, position } = error as { message?: unknown; position?: unknown };
    const where = typeof position === 'number' ? ` at character ${position}` : '';
    return `expected a JSONata expression${where}: ${String(message).slice(0, 200)}`;
  }
}

/** A JSONata expression that can be read. Errors: what is wrong with it, and at which character. Source: https://docs.jsonata.org. */
export const expression = z
  .string()
  .min(1)
  .max(LENGTH_MAX)
  .superRefine((text, issues) => {
    const message = faultOf(text);
    if (message !== null) issues.addIssue({ code: 'custom', message });
  });
