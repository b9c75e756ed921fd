import type { z } from 'zod';
import type { Clock } from '../model/clock.js';

/** Name, version and settings of a connector; secrets are kept sealed and reach only the connector. */
export interface ConnectorManifest {
  /** As named in account.channel or vendor.connector. */
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly settings: z.ZodType;
  readonly secrets: z.ZodType;
}

/** One configured account of a connector: settings and secrets already validated against the manifest. */
export interface ConnectorAccount {
  readonly code: string;
  readonly settings: unknown;
  readonly secrets: unknown;
}

/** A number that was given to something that is sent, and when. */
export interface IssuedNumber {
  readonly value: number;
  readonly issuedAt: string;
}

/** Numbers of one account's own, such as X12's control numbers: durable, each once in its series, growing from 1. */
export interface Numbers {
  /** The number of a key: the same for the same key ever after. */
  of(series: string, key: string): Promise<IssuedNumber>;
  /** What has a number, or null. */
  keyOf(series: string, value: number): Promise<string | null>;
}

/** Where accounts may exchange files. */
export interface FilesAllowed {
  /** The folder of this machine below which they may; missing: in none. */
  readonly root?: string | undefined;
  /** Hosts that may be in private networks. */
  readonly privateHosts: readonly string[];
}

/** What every call outside gets: when it must end (the call's own deadline, never after the lease), and how to reach out. */
export interface CallContext {
  readonly account: ConnectorAccount;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /**
   * Says that the system wants no further call of this account for so many milliseconds: for a connector that reads so in an answer's
   * body. What status and headers say is known without it. Missing where accounts are not left alone.
   */
  readonly pause?: ((ms: number) => void) | undefined;
  /** There in the calls of channels and vendors. */
  readonly numbers?: Numbers | undefined;
  /** What the operator allows accounts that exchange files; missing: SFTP servers of the open internet alone. */
  readonly files?: FilesAllowed | undefined;
}
