import { expect, test } from 'vitest';
import { renderArguments } from './bubblewrap.ts';
import { checkWords } from './check-words.ts';
import { runDirectly } from './run-directly.ts';

const PLACE = { root: '/', mountPoints: '/', mounts: [], volumes: [], volumePoints: '/', user: 1, group: 1 };

test('a NUL byte in a variable makes no options of bubblewrap', () => {
  const args = ['--setenv', 'PATH', '/bin\0--bind\0/\0/mnt'];
  expect(() => renderArguments(args)).toThrow(/ENGINE_WORD_INVALID: .* that of PATH\./);
  expect(() => renderArguments(['--chdir', '/a\0--bind'])).toThrow(/ENGINE_WORD_INVALID: .* that of "\/a"\./);
  expect(renderArguments(['--setenv', 'PATH', '/bin'])).toBe('--setenv\0PATH\0/bin\0');
});

test('without a sandbox the variable is told of as well', async () => {
  const run = { ...PLACE, network: false, workingDir: '/', command: ['true'], env: { X: 'a\0b' } };
  await expect(runDirectly(run)).rejects.toMatchObject({ code: 'ENGINE_WORD_INVALID' });
});

test('so is a command', () => {
  expect(() => checkWords(['sh', '-c', 'a\0b'])).toThrow(/that of "a"/);
  expect(() => checkWords(['\0'])).toThrow(/that of ""/);
});
