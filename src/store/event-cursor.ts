import { HeadgateError } from '../model/errors.js';

/** Positions fit PostgreSQL's bigint. */
const POSITION_MAX = 2n ** 63n - 1n;

/** The text of a log position as clients keep it: opaque to them, base64url. */
export function encodeCursor(position: bigint): string {
  return Buffer.from(`e${position}`).toString('base64url');
}

/**
 * The log position behind a cursor's text.
 *
 * Errors: CursorInvalid where the text was not made by `encodeCursor`.
 */
export function parseCursor(text: string): bigint {
  const plain = text.length <= 64 ? Buffer.from(text, 'base64url').toString('latin1') : '';
  const digits = /^e(0|[1-9][0-9]{0,18})$/.exec(plain)?.[1];
  const position = digits === undefined ? null : BigInt(digits);
  if (position === null || position > POSITION_MAX || encodeCursor(position) !== text) {
    throw new CursorInvalid(
      `expected a cursor as Headgate gave it with an event, got ${JSON.stringify(text.slice(0, 64))}; ` +
        'pass a cursor on unchanged, or leave it out to start with what happens from now on',
    );
  }
  return position;
}

/** A cursor that this log never gave out: not a cursor at all, or one of another installation. */
export class CursorInvalid extends HeadgateError {
  constructor(message: string) {
    super('CURSOR_INVALID', 'permanent', message);
  }
}

/** The events right after the cursor were pruned: what was missed can no longer be replayed from the log. */
export class CursorPruned extends HeadgateError {
  constructor(
    readonly after: bigint,
    /** The oldest position that can still be read on from. */
    readonly oldest: bigint,
  ) {
    super(
      'CURSOR_PRUNED',
      'permanent',
      `the events after cursor ${encodeCursor(after)} were pruned; the oldest usable cursor is ${encodeCursor(oldest)}: ` +
        'read the present state with a query, then subscribe again from that cursor or without one',
      { facts: { oldestCursor: encodeCursor(oldest) } },
    );
  }
}
