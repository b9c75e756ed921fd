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

/** What every call outside gets: when it must end (the call's own deadline, never after the lease), and how to reach out. */
export interface CallContext {
  readonly account: ConnectorAccount;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}
