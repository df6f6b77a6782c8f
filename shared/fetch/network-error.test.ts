import { expect, test } from 'vitest';
import { findTrouble } from './network-error.ts';

function errorWith(code: string, syscall?: string): Error {
  return Object.assign(new Error(code), { code, syscall });
}

test.each([
  ['ENOTFOUND', 'getaddrinfo', 'unreachable'],
  ['EPERM', 'connect', 'unreachable'],
  ['ETIMEDOUT', 'connect', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', undefined, 'timeout'],
  ['ETIMEDOUT', 'read', 'stalled'],
  ['UND_ERR_BODY_TIMEOUT', undefined, 'stalled'],
  ['ECONNRESET', 'read', 'broken'],
  ['UND_ERR_SOCKET', undefined, 'broken'],
  ['Z_BUF_ERROR', undefined, 'broken'],
  ['SELF_SIGNED_CERT_IN_CHAIN', undefined, 'certificate'],
  ['CERT_HAS_EXPIRED', undefined, 'certificate'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', undefined, 'certificate'],
  ['ERR_HOST_SILENT', undefined, 'silent'],
  ['UND_ERR_PRX_CONN', undefined, 'gateway'],
  ['Proxy response (504) !== 200 when HTTP Tunneling', undefined, 'gateway'],
  ['Proxy response (403) !== 200 when HTTP Tunneling', undefined, 'proxy'],
  ['ENOSPC', 'write', undefined],
])('%s of %s is %s', (code, syscall, trouble) => {
  expect(findTrouble(errorWith(code, syscall))).toBe(trouble);
});

test('the reason may lie inside', () => {
  const inner = errorWith('ECONNREFUSED', 'connect');
  expect(findTrouble(new TypeError('fetch failed', { cause: inner }))).toBe('unreachable');
  expect(findTrouble(new AggregateError([inner]))).toBe('unreachable');
  expect(findTrouble(new TypeError('a mistake'))).toBeUndefined();
  expect(findTrouble('text')).toBeUndefined();
});
