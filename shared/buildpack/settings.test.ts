import { expect, test } from 'vitest';
import { flag, folder, list, readSettings, text } from './settings.ts';

const settings = {
  BP_TEXT: text('a text'),
  BP_WITH_DEFAULT: text('a text', { default: 'x' }),
  BP_FLAG: flag('a flag'),
  BP_ON: flag('a flag', { default: true }),
  BP_LIST: list('a list'),
  BP_FOLDER: folder('a folder', { default: '.' }),
};

test('what is not set has its default', () => {
  expect(readSettings(settings, {})).toEqual({
    BP_TEXT: undefined,
    BP_WITH_DEFAULT: 'x',
    BP_FLAG: false,
    BP_ON: true,
    BP_LIST: undefined,
    BP_FOLDER: '.',
  });
});

test('what is set is read by its kind', () => {
  const env = { BP_TEXT: ' a ', BP_FLAG: 'T', BP_ON: '0', BP_LIST: 'a, b,,c ', BP_FOLDER: './x//y/', OTHER: '1' };
  expect(readSettings(settings, env)).toEqual({
    BP_TEXT: 'a',
    BP_WITH_DEFAULT: 'x',
    BP_FLAG: true,
    BP_ON: false,
    BP_LIST: ['a', 'b', 'c'],
    BP_FOLDER: 'x/y',
  });
});

test('set to nothing is an empty list, and not set for all else', () => {
  const env = { BP_TEXT: '', BP_ON: '', BP_LIST: '', BP_FOLDER: '' };
  expect(readSettings(settings, env)).toMatchObject({ BP_TEXT: undefined, BP_ON: true, BP_LIST: [], BP_FOLDER: '.' });
});

test.each([
  [{ BP_FLAG: 'yes' }, 'BP_FLAG is "yes", which is not true or false.'],
  [{ BP_FOLDER: '/etc' }, 'BP_FOLDER is "/etc", which is not a folder inside the app'],
  [{ BP_FOLDER: 'a/../../b' }, 'BP_FOLDER is "a/../../b", which is not a folder inside the app'],
])('refuses %j', (env, problem) => {
  expect(() => readSettings(settings, env)).toThrow(problem);
});
