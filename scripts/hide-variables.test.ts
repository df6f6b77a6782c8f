import { redact } from '@dema/errors';
import { expect, test } from 'vitest';
import { hideVariables } from './hide-variables.ts';

test('values of variables that are secret by their names are hidden', () => {
  const names = ['NPM_TOKEN', 'DB_PASSWORD', 'SECRET_OF_APP', 'STRIPE_API_KEY', 'AWS_SECRET_ACCESS_KEY', 'auth_header'];
  hideVariables(Object.fromEntries(names.map((name) => [name, `value-of-${name}`])));
  expect(names.map((name) => redact(`value-of-${name}`))).toEqual(names.map(() => '***'));
});

test('other values, and short ones, stay', () => {
  hideVariables({ NODE_ENV: 'production', AUTHOR: 'somebody-else', TOKEN: 'short' });
  expect(redact('production somebody-else short')).toBe('production somebody-else short');
});
