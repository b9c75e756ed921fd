/** Whom a call went to: a vendor or carrier by its code, or the account of a channel. */
export type ExchangeKind = 'vendor' | 'channel' | 'carrier';

/** One side of an exchange as it is kept: secrets are taken out, and what is longer than its bound is cut. */
export interface ExchangeSide {
  readonly headers: Readonly<Record<string, string>>;
  /** Null: none, or one that is not text. */
  readonly body: string | null;
  readonly isCut: boolean;
}

/** One HTTP call of a connector and its answer, for people who look for what went wrong. Bodies may hold personal data. */
export interface Exchange {
  readonly kind: ExchangeKind;
  /** Code of the vendor, carrier or account. */
  readonly owner: string;
  /** The PO number, or the order's number at the channel; null where the call is about no single one. */
  readonly subject: string | null;
  readonly method: string;
  readonly url: string;
  readonly askedAt: Date;
  readonly tookMs: number;
  readonly request: ExchangeSide;
  /** Null where none came. */
  readonly response: (ExchangeSide & { readonly status: number }) | null;
  /** Why no answer came, or none whole: a code or an error's name. */
  readonly problem: string | null;
}
