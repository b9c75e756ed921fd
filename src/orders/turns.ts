/** Who is last in line, by order; of each committer, which stands for its process. */
const lines = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Lets those of one process who change the same order go one after another, in the order in which they came.
 *
 * A batch commits one plan of an order, so rivals that start together gain nothing and undo each other's work: of n at once the
 * last would read and draft n times. Rivals of other processes are met by the order's version.
 *
 * Errors: those of `work`; one that fails holds up nobody.
 */
export async function inTurn<T>(process: object, orderId: string, work: () => Promise<T>): Promise<T> {
  const line = lines.get(process) ?? new Map<string, Promise<unknown>>();
  lines.set(process, line);
  const before = line.get(orderId);
  const own = before === undefined ? work() : before.then(work, work);
  line.set(orderId, own);
  try {
    return await own;
  } finally {
    if (line.get(orderId) === own) line.delete(orderId);
  }
}
