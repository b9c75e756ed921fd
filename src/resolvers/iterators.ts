/**
 * An iterator whose values are made from another's, one at a time: the next is pulled only when the last was taken.
 * Unlike an async generator it can be ended while a pull is waiting, so that a closed subscription is gone at once.
 */
export function mapAsync<From, To>(
  source: AsyncIterator<From>,
  map: (value: From) => To | Promise<To>,
): AsyncIterableIterator<To> {
  const done: IteratorResult<To> = { value: undefined, done: true };
  return {
    async next() {
      const step = await source.next();
      return step.done ? done : { value: await map(step.value), done: false };
    },
    async return() {
      await source.return?.();
      return done;
    },
    async throw(error) {
      await source.return?.();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
