import { isFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { parseEnvFile, readEnvFiles } from './env-file.ts';
import { collectEnv } from './env-option.ts';

test('reads a variable a line, with values as they stand', () => {
  const text = '\ufeff# settings\n\n  # more\nA=1\nB="quoted" = \'too\'\r\nC=\n';
  expect(parseEnvFile(text, '.env', {})).toEqual({ A: '1', B: '"quoted" = \'too\'', C: '' });
});

test('takes a bare name from the environment, if it is there', () => {
  expect(parseEnvFile('HERE \nNOWHERE\n', '.env', { HERE: 'x' })).toEqual({ HERE: 'x' });
});

test('says which file cannot be read', async () => {
  await expect(readEnvFiles(['/nowhere/.env'], {})).rejects.toThrow('/nowhere/.env');
});

test.each([
  ['A=1\nA B=1', '.env:2: "A B" is no name', 'Write each line as `NAME=value`'],
  ['=1', '.env:1: "" is no name', 'Write each line'],
  ['A =1', '.env:1: "A " is no name', 'Write each line'],
  ['\n\nexport A=1', '.env:3: "export A" is no name', 'Leave `export` out'],
  ['some words', '.env:1: "some words" is no name', 'Write each line'],
])('refuses %j with file and line', (text, problem, fix) => {
  try {
    parseEnvFile(text, '.env', {});
  } catch (error) {
    if (!isFault(error, 'CLI_ARGUMENTS_INVALID')) throw error;
    expect(error.problem).toContain(problem);
    expect(error.fix).toContain(fix);
    return;
  }
  throw new Error('nothing was thrown');
});

test.each(['=1', 'A B=1', 'A B'])('--env %j is refused, too', (text) => {
  expect(() => collectEnv(text)).toThrow('CLI_ARGUMENTS_INVALID');
});
