import { expect, test } from 'vitest';
import { ownName, quoteWord } from './own-name.ts';

test('is named as it was started', () => {
  expect(ownName({})).toBe('dema');
  expect(ownName({ npm_command: 'exec' })).toBe('npx dema');
  expect(ownName({ npm_command: 'run-script' })).toBe('npx dema');
});

test('quotes what a shell would take apart', () => {
  expect(quoteWord('oci:./image')).toBe('oci:./image');
  expect(quoteWord("oci:./it's here")).toBe("'oci:./it'\\''s here'");
});
