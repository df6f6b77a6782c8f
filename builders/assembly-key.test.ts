import { expect, test } from 'vitest';
import { determineAssemblyKey } from './assembly-key.ts';

test('the key is that of the inputs, wherever one ends', async () => {
  expect(await determineAssemblyKey(['run', 'lock'])).toBe(await determineAssemblyKey(['run', 'lock']));
  expect(await determineAssemblyKey(['run', 'lock'])).not.toBe(await determineAssemblyKey(['runlock']));
});
