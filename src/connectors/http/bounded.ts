import { ConnectorError } from '../../model/errors.js';

/** Statuses whose answers have no body. Source: the Fetch standard, null body statuses. */
const BODILESS = new Set([204, 205, 304]);

/** What is used of an answer, whoever's class it is. */
interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Iterable<[string, string]>;
  readonly body: ReadableStream<Uint8Array> | null;
}

/**
 * The answer with a body that ends at `bytesMax`, counted as it is read, after decompression.
 * Errors: RangeError of a status that is none; while reading, ConnectorError ANSWER_TOO_LONG, class `transient`.
 */
export function boundedResponse({ status, statusText, headers, body }: Answer, bytesMax: number): Response {
  let bytes = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax)
        throw new ConnectorError('ANSWER_TOO_LONG', 'transient', `expected at most ${bytesMax} bytes of an answer`);
      controller.enqueue(chunk);
    },
  });
  const init = { status, statusText, headers: [...headers] };
  return new Response(body === null || BODILESS.has(status) ? null : body.pipeThrough(counted), init);
}
