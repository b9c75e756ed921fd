import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../model/errors.js';
import { isInfrastructure } from './failures.js';

const coded = (code: string, cause?: unknown) => Object.assign(new Error('x', { cause }), { code });

describe('a step that throws', () => {
  it.each([
    ['a broken connection', coded('08006'), true],
    ['a server that shuts down', coded('57P01'), true],
    ['a statement that took too long', coded('57014'), true],
    ['a full disk', coded('53100'), true],
    ['a deadlock', coded('40P01'), true],
    ['a refused connection', coded('ECONNREFUSED'), true],
    ['a connection that ended in the middle', new Error('Connection terminated unexpectedly'), true],
    ['a transient failure', new HeadgateError('AWAY', 'transient', 'x'), true],
    ['a transient failure behind another error', new Error('x', { cause: coded('ECONNRESET') }), true],
    ['a violated rule of the database', coded('23514'), false],
    ['a wrong statement', coded('42601'), false],
    ['a wrong type', new TypeError('x is not a function'), false],
    ['a permanent failure', new HeadgateError('NEVER', 'permanent', 'x'), false],
    ['something that is no error', 'oops', false],
  ])('after %s met a failure of the machinery: %#', (_what, error, machinery) => {
    expect(isInfrastructure(error)).toBe(machinery);
  });
});
