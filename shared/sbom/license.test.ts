import { expect, test } from 'vitest';
import { joinLicenses, readLicense } from './license.ts';

test.each([
  ['MIT', 'identifier'],
  [' MIT ', 'identifier'],
  ['Apache-2.0 OR MIT', 'expression'],
  ['(MIT)', 'identifier'],
  ['GPL-2.0-only WITH Classpath-exception-2.0', 'expression'],
  ['GPL-2.0+', 'expression'],
  ['BSD', 'name'],
  ['SEE LICENSE IN LICENSE.md', 'name'],
  ['UNLICENSED', 'name'],
  ['LicenseRef-mine', 'name'],
])('%j is of the kind %s', (text, kind) => {
  expect(readLicense(text)).toEqual({ kind, text: kind === 'identifier' ? 'MIT' : text });
});

test('several apply together', () => {
  expect(joinLicenses(['MIT OR ISC'])).toBe('MIT OR ISC');
  expect(joinLicenses(['MIT', 'Apache-2.0 OR ISC', '(ISC OR MIT)'])).toBe(
    'MIT AND (Apache-2.0 OR ISC) AND (ISC OR MIT)',
  );
});
