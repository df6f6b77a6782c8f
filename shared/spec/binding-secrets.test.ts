import { redact } from '@dema/errors';
import { expect, test } from 'vitest';
import { hideSecret } from './binding-secrets.ts';

test.each([
  ['one-value-alone\n', 'one-value-alone'],
  ['registry=http://npm.example/\n//npm.example/:_authToken=token-of-npm==\n', 'token-of-npm=='],
  ['<server>\n  <password>password-of-maven</password>\n</server>', 'password-of-maven'],
  ['username: someone\npassword: "password-of-yaml"\n', 'password-of-yaml'],
])('hides what is secret in %j', (text, secret) => {
  expect(hideSecret(text)).toBe(text);
  expect(redact(`got ${secret}!`)).toBe('got ***!');
});

test('leaves short words and plain addresses', () => {
  hideSecret('5432');
  hideSecret('http://registry.example/npm/');
  expect(redact('5432 http://registry.example/npm/')).toBe('5432 http://registry.example/npm/');
});
