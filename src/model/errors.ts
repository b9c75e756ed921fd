/** How a failure is to be treated. Source: DESIGN.md section 7. */
export const ERROR_CLASSES = [
  'transient',
  'permanent',
  'conflict',
  'refused',
  'unknown',
  'unauthorized',
  'bug',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** A failure of the world outside or of a job's input, classified so that the job knows what to do with it. */
export class HeadgateError extends Error {
  override readonly name: string = 'HeadgateError';
  constructor(
    /** Stable, upper snake case. */
    readonly code: string,
    readonly errorClass: ErrorClass,
    message: string,
    readonly options: { cause?: unknown; retryAfterMs?: number; facts?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
  }
}

/** A connector's call failed. `unknown` means: sent, and no answer; it is never simply retried. */
export class ConnectorError extends HeadgateError {
  override readonly name = 'ConnectorError';
}

/** The chain of messages and codes behind an error, outermost first, bounded, without stacks: for dead letters and logs. */
export function errorChain(error: unknown): { code: string; class: ErrorClass; message: string }[] {
  const chain: { code: string; class: ErrorClass; message: string }[] = [];
  let current: unknown = error;
  while (current !== undefined && current !== null && chain.length < 8) {
    if (current instanceof HeadgateError) {
      chain.push({ code: current.code, class: current.errorClass, message: current.message.slice(0, 500) });
    } else if (current instanceof Error) {
      const code = 'code' in current && typeof current.code === 'string' ? current.code : current.name;
      chain.push({ code, class: 'bug', message: current.message.slice(0, 500) });
    } else {
      chain.push({ code: 'THROWN', class: 'bug', message: String(current).slice(0, 500) });
    }
    current = current instanceof Error ? current.cause : undefined;
  }
  return chain;
}
