import { formatFault, isFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { asStoreFault, blobCorrupt, diskFull, notWritable } from './faults.ts';

const root = '/var/cache/dema';

test.each([
  ['STORE_DISK_FULL', diskFull(root)],
  ['STORE_NOT_WRITABLE', notWritable(root, `${root}/tmp`, new Error('EACCES: permission denied'))],
  ['STORE_BLOB_CORRUPT', blobCorrupt('sha256:bb', 'sha256:aa')],
])('%s', (code, problem) => {
  expect(problem).toMatchObject({ code, blame: 'platform' });
  expect(formatFault(problem)).toMatchSnapshot();
});

function systemError(code: string, path?: string): Error {
  return Object.assign(new Error(code), { code, path });
}

test.each([
  ['ENOSPC', undefined, 'STORE_DISK_FULL'],
  ['EDQUOT', '/elsewhere', 'STORE_DISK_FULL'],
  ['EACCES', `${root}/tmp/x`, 'STORE_NOT_WRITABLE'],
  ['EROFS', root, 'STORE_NOT_WRITABLE'],
  ['EACCES', '/var/cache', 'STORE_NOT_WRITABLE'],
])('%s at %s is %s', (code, path, fault) => {
  expect(isFault(asStoreFault(root, systemError(code, path)), fault)).toBe(true);
});

test('what is not about the store is passed on as it is', () => {
  const others = [systemError('EACCES', '/var/cache/dematic'), systemError('ENOENT', root), 'text', diskFull(root)];
  expect(others.map((error) => asStoreFault(root, error))).toEqual(others);
});
