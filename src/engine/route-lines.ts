import { decide } from './decide.js';
import type { Decision } from './decision.js';
import { jsonOf, type LineFault, parseRequestText } from './reading/request-text.js';
import type { RoutingRequest } from './request.js';

/** One line of input, or one whole document, is at most this long; ROUTING.md's largest requests are a few megabytes. */
export const REQUEST_BYTES_MAX = 64 * 1024 * 1024;

/** What came of one request: its decision, or why it is refused. `line` is where it begins, counted from 1. */
export type RoutedRequest =
  | { readonly line: number; readonly request: RoutingRequest; readonly decision: Decision }
  | { readonly line: number; readonly faults: readonly LineFault[] };

/** How requests lie in the input: one document of any layout, one a line, or whichever of these the input shows itself to be. */
export type InputShape = 'document' | 'lines' | 'either';

interface Options {
  readonly shape?: InputShape;
  readonly explain?: boolean;
  /** Longest line or document; for tests. */
  readonly bytesMax?: number;
}

/**
 * Decides every request of the input, in its order; a refused one does not stop the others. Empty lines and a byte order
 * mark are passed over. Lines are decided as they come: only one is held at a time, and a document as a whole.
 */
export async function* routeInput(
  chunks: AsyncIterable<Uint8Array>,
  options: Options = {},
): AsyncGenerator<RoutedRequest> {
  const { shape = 'either', explain = false, bytesMax = REQUEST_BYTES_MAX } = options;
  let gathered: InputLine[] | null = shape === 'lines' ? null : [];
  let gatheredBytes = 0;
  for await (const line of linesOf(chunks, bytesMax)) {
    if (gathered === null) {
      yield* routeLine(line, explain);
      continue;
    }
    gathered.push(line);
    gatheredBytes += line.bytes + 1;
    const first = gathered.length === 1;
    if (shape === 'either' && (gatheredBytes > bytesMax || (first && isRequest(line.text)))) {
      for (const one of gathered) yield* routeLine(one, explain);
      gathered = null;
    } else if (gatheredBytes > bytesMax) {
      const message = `expected a document of at most ${bytesMax} bytes: give one request a line in a file named .jsonl`;
      yield { line: 1, faults: [{ line: 1, path: '', message }] };
      return;
    }
  }
  if (gathered !== null && gathered.length > 0) yield* routeGathered(gathered, shape, explain);
}

/** Without a request on its first line: one document over many lines, or one a line of which the first is broken. */
function* routeGathered(lines: readonly InputLine[], shape: InputShape, explain: boolean): Generator<RoutedRequest> {
  const start = lines[0]?.number ?? 1;
  const unread = lines.find((line) => line.problem !== undefined);
  const text = lines.map((line) => line.text).join('\n');
  const oneALine = shape === 'either' && !jsonOf(text).ok && lines.some((line) => isRequest(line.text));
  if (oneALine) for (const line of lines) yield* routeLine(line, explain);
  else if (unread) yield* routeLine(unread, explain);
  else yield routeText(text, start, explain);
}

function* routeLine(line: InputLine, explain: boolean): Generator<RoutedRequest> {
  if (line.problem !== undefined)
    yield { line: line.number, faults: [{ line: line.number, path: '', message: line.problem }] };
  else if (line.text.trim() !== '') yield routeText(line.text, line.number, explain);
}

/** Decides the request in `text`, which begins at line `start` of the input. */
function routeText(text: string, start: number, explain: boolean): RoutedRequest {
  const parsed = parseRequestText(text);
  if (parsed.ok) return { line: start, request: parsed.request, decision: decide(parsed.request, { explain }) };
  const faults = parsed.faults.map((fault) => ({ ...fault, line: start + fault.line - 1 }));
  return { line: start, faults };
}

/** Whether the text is a request at first sight; its faults are another matter. */
function isRequest(text: string): boolean {
  if (!text.trimStart().startsWith('{') || !text.includes('"order"')) return false;
  return jsonOf(text).ok;
}

/** `problem`: why its text could not be read. */
interface InputLine {
  readonly number: number;
  readonly bytes: number;
  readonly text: string;
  readonly problem?: string;
}

const LINE_FEED = 0x0a;

/** The input's lines; one that is too long is dropped up to its end and named, the next ones come whole. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<InputLine> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let number = 0;
  const add = (part: Uint8Array) => {
    bytes += part.length;
    if (bytes <= bytesMax) parts.push(part);
    else parts = [];
  };
  const finish = (): InputLine => {
    number += 1;
    const line = readLine(number, parts, bytes, bytesMax);
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      add(chunk.subarray(from, end));
      from = end + 1;
      yield finish();
    }
    add(chunk.subarray(from));
  }
  if (bytes > 0) yield finish();
}

function readLine(number: number, parts: readonly Uint8Array[], bytes: number, bytesMax: number): InputLine {
  if (bytes > bytesMax) return { number, bytes, text: '', problem: `expected at most ${bytesMax} bytes, got ${bytes}` };
  try {
    return { number, bytes, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)) };
  } catch {
    return { number, bytes, text: '', problem: 'expected UTF-8 text' };
  }
}
