/** What a channel may be told of its order. */
export type NoticeKind = 'acknowledge' | 'ship' | 'cancel' | 'invoice';

/**
 * `awaited`: it has a deadline, and what it is to say has not come about; `waiting` to be told; `set_aside`: a dead letter is open;
 * `dropped`: that letter was discarded; `void`: there was nothing to tell.
 */
export const NOTICE_STATES = ['awaited', 'waiting', 'told', 'set_aside', 'dropped', 'void'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** Units of one line of an order: of an acknowledgement in three parts, else those that were shipped, canceled or invoiced. */
export interface NoticeLine {
  readonly lineNo: number;
  readonly quantity?: number;
  readonly accepted?: number;
  readonly backordered?: number;
  readonly rejected?: number;
}
