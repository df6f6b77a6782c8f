import { expect, test } from 'vitest';
import { redact, redactJson, registerSecret } from './index.ts';

test('hides credentials in addresses', () => {
  expect(redact('get http://user:pass@host/a and s3+x://token@host')).toBe('get http://***@host/a and s3+x://***@host');
  expect(redact('http://host/a?mail=me@example.org')).toBe('http://host/a?mail=me@example.org');
});

test('takes no time for long text', { timeout: 5000 }, () => {
  const text = 'http'.repeat(100_000);
  expect(redact(text)).toBe(text);
});

test('JSON stays JSON, whatever stands in it', () => {
  const value = { line: 'http://mirror', buildpack: 'a@b', list: ['://x', 'y@z'], count: 1 };
  expect(JSON.parse(redactJson(value))).toEqual(value);
});

test('a secret with characters that JSON escapes is hidden in JSON', () => {
  registerSecret('pass"word\\1');
  expect(redactJson({ line: 'it is pass"word\\1' })).toBe('{"line":"it is ***"}');
});

test('leaves line ends, tabs and colours of the control characters', () => {
  expect(redact('a\tb\r\n\x1b[31mred\x1b[0m\x1b]0;title\x07\x9b2J\x00')).toBe('a\tb\r\n\x1b[31mred\x1b[0m]0;title2J');
});
