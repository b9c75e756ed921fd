import { HeadgateError } from '../model/errors.js';

/** PostgreSQL classes and codes of a server that is away, full, busy or that cut us off; never of a wrong statement. */
const SERVER_AWAY = /^(08...|53...|57P0.|57014|58...|40...|55P03|25P0[34])$/;
const NETWORK_AWAY = /^(ECONN|EPIPE$|ETIMEDOUT$|EHOSTUNREACH$|ENETUNREACH$|ENOTFOUND$|EAI_AGAIN$)/;
const CONNECTION_AWAY =
  /Connection terminated|connection timeout|timeout exceeded when trying to connect|not queryable|Connection is closed/i;

/** Whether the machinery failed (database, queue, network), so that the same step may succeed later as it is. */
export function isInfrastructure(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth += 1) {
    if (current instanceof HeadgateError && (current.errorClass === 'transient' || current.errorClass === 'conflict')) {
      return true;
    }
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    if (SERVER_AWAY.test(code) || NETWORK_AWAY.test(code) || CONNECTION_AWAY.test(current.message)) return true;
    current = current.cause;
  }
  return false;
}
