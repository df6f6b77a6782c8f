import { expect, test } from 'vitest';
import { describeSettings } from './describe-settings.ts';
import { choice, flag, folder, list, number, readSettings, text } from './settings.ts';

const settings = {
  BP_TEXT: text('a text'),
  BP_WITH_DEFAULT: text('a text', { default: 'x' }),
  BP_FLAG: flag('a flag'),
  BP_ON: flag('a flag', { default: true }),
  BP_LIST: list('a list'),
  BP_FOLDER: folder('a folder', { default: '.' }),
  BP_NUMBER: number('a number', { default: 3, least: 1 }),
  BP_CHOICE: choice('one of two', ['JRE', 'JDK'], { default: 'JRE' }),
};

test('what is not set has its default', () => {
  expect(readSettings(settings, {})).toEqual({
    BP_TEXT: undefined,
    BP_WITH_DEFAULT: 'x',
    BP_FLAG: false,
    BP_ON: true,
    BP_LIST: undefined,
    BP_FOLDER: '.',
    BP_NUMBER: 3,
    BP_CHOICE: 'JRE',
  });
});

test('what is set is read by its kind', () => {
  const env = { BP_TEXT: ' a ', BP_FLAG: 'T', BP_ON: '0', BP_LIST: 'a, b,,c ', BP_FOLDER: './x//y/', OTHER: '1' };
  Object.assign(env, { BP_NUMBER: ' 12 ', BP_CHOICE: 'jdk' });
  expect(readSettings(settings, env)).toEqual({
    BP_TEXT: 'a',
    BP_WITH_DEFAULT: 'x',
    BP_FLAG: true,
    BP_ON: false,
    BP_LIST: ['a', 'b', 'c'],
    BP_FOLDER: 'x/y',
    BP_NUMBER: 12,
    BP_CHOICE: 'JDK',
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
  [{ BP_NUMBER: '1.5' }, 'BP_NUMBER is "1.5", which is not a whole number of at least 1.'],
  [{ BP_NUMBER: '0' }, 'BP_NUMBER is "0", which is not a whole number of at least 1.'],
  [{ BP_CHOICE: 'jvm' }, 'BP_CHOICE is "jvm", which is not one of JRE, JDK.'],
])('refuses %j', (env, problem) => {
  expect(() => readSettings(settings, env)).toThrow(problem);
});

test('an old name counts where the new one is not set', () => {
  const renamed = { BP_NEW: flag('a flag', { formerly: ['BP_OLD', 'BP_OLDER'] }) };
  expect(readSettings(renamed, { BP_OLDER: 'true' })).toEqual({ BP_NEW: true });
  expect(readSettings(renamed, { BP_NEW: 'false', BP_OLD: 'true' })).toEqual({ BP_NEW: false });
  expect(() => readSettings(renamed, { BP_OLD: 'x' })).toThrow('BP_OLD is "x"');
});

test('descriptions say what counts when', () => {
  const described = describeSettings({
    BP_TYPE: choice('Kind of runtime', ['JRE', 'JDK'], { default: 'JRE' }),
    BPL_ROOM: number('Room', { default: 0, formerly: ['BPL_SPACE'] }),
  });
  expect(described).toEqual([
    {
      name: 'BP_TYPE',
      description: 'Kind of runtime',
      default: 'JRE',
      build: true,
      launch: false,
      type: 'choice',
      choices: ['JRE', 'JDK'],
      formerly: [],
    },
    {
      name: 'BPL_ROOM',
      description: 'Room',
      default: '0',
      build: false,
      launch: true,
      type: 'number',
      choices: [],
      formerly: ['BPL_SPACE'],
    },
  ]);
});
