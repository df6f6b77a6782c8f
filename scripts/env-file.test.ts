import { expect, test } from 'vitest';
import { parseEnvFile, readEnvFile } from './env-file.ts';

test('reads a variable a line, with values as they stand', () => {
  const text = '# settings\n\nA=1\nB="quoted" = \'too\'\r\nC=\n';
  expect(parseEnvFile(text, {})).toEqual({ A: '1', B: '"quoted" = \'too\'', C: '' });
});

test('takes a bare name from the environment, if it is there', () => {
  expect(parseEnvFile('HERE\nNOWHERE\n', { HERE: 'x' })).toEqual({ HERE: 'x' });
});

test('says which file cannot be read', async () => {
  await expect(readEnvFile('/nowhere/.env', {})).rejects.toThrow('/nowhere/.env');
});
