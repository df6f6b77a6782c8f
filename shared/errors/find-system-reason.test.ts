import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findSystemReason } from './find-system-reason.ts';

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test('what the system says becomes part of a sentence', async () => {
  expect(findSystemReason(await errorOf(readFile('/nowhere/a, b')))).toBe('no such file or directory');
  expect(findSystemReason(await errorOf(readFile('/tmp')))).toBe('it is a folder');
  expect(findSystemReason(await errorOf(writeFile('/proc/version/x', '')))).toBe('not a directory');
});

test('another error has no such reason', () => {
  expect(findSystemReason(new Error('EACCES: no'))).toBeUndefined();
  expect(findSystemReason('text')).toBeUndefined();
});
