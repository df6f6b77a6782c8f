import { fault, formatFault, isFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { asStoreFault, blobCorrupt, contentGone, diskFull, notWritable } from './faults.ts';

const root = '/var/cache/dema-that-is-not-there';

test.each([
  ['STORE_DISK_FULL', diskFull(root, undefined, 45_700_000)],
  ['STORE_NOT_WRITABLE', notWritable(root, `${root}/tmp`, new Error('EACCES: permission denied'))],
  ['STORE_CONTENT_GONE', contentGone(root, `${root}/tmp`)],
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
  ['ENOENT', `${root}/trees/x`, 'STORE_CONTENT_GONE'],
])('%s at %s is %s', (code, path, fault) => {
  expect(isFault(asStoreFault(root, systemError(code, path)), fault)).toBe(true);
});

test('what is not about the store is passed on as it is', () => {
  const others = [
    systemError('EACCES', '/var/cache/dematic'),
    systemError('ENOENT', '/var/cache'),
    'text',
    diskFull(root),
  ];
  expect(others.map((error) => asStoreFault(root, error))).toEqual(others);
});

test('a full disk is one for whoever explained it first too', () => {
  const details = { problem: '', fix: '', blame: 'platform' as const };
  const unpacking = fault('ARCHIVE_UNPACK_FAILED', { ...details, cause: systemError('ENOSPC') });
  expect(isFault(asStoreFault(root, unpacking), 'STORE_DISK_FULL')).toBe(true);
  const other = fault('ARCHIVE_UNPACK_FAILED', { ...details, cause: systemError('EMFILE') });
  expect(asStoreFault(root, other)).toBe(other);
});

test('the space that there is stands in the fault of a full disk', () => {
  expect(diskFull('/').details).toEqual([expect.stringMatching(/^free: \d+\.\d MB of \d+\.\d MB$/)]);
});
