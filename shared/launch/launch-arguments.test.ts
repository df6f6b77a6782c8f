import { expect, test } from 'vitest';
import { type Case, start } from './launch-case.ts';

interface ArgsCase extends Case {
  name: string;
  gets: string[];
}

const ARGS_CASES: ArgsCase[] = [
  { name: 'of the process', processes: [{ args: ['a', 'b'] }], gets: ['a', 'b'] },
  { name: 'of the user replace them', processes: [{ args: ['a'] }], args: ['u'], gets: ['u'] },
  {
    name: 'of the user come after them before Buildpack API 0.9',
    api: '0.8',
    processes: [{ args: ['a'] }],
    args: ['u'],
    gets: ['a', 'u'],
  },
  { name: 'in the command always stand', processes: [{ command: ['show', 'c'], args: ['a'] }], gets: ['c', 'a'] },
  {
    name: 'in the command stand before those of the user',
    processes: [{ command: ['show', 'c'], args: ['a'] }],
    args: ['u'],
    gets: ['c', 'u'],
  },
  {
    name: 'of the user come after all before Platform API 0.10',
    env: { CNB_PLATFORM_API: '0.9' },
    processes: [{ args: ['a'] }],
    args: ['u'],
    gets: ['a', 'u'],
  },
  { name: 'a command may be one string', processes: [{ command: 'show', args: ['a'] }], gets: ['a'] },
  {
    name: 'survive whatever they hold',
    args: ['', "'", '"', '$HOME', '`x`', 'a\nb\n', '\\', '-e', '*', 'δ📦', '\u0001\u007f'],
    gets: ['', "'", '"', '$HOME', '`x`', 'a\nb\n', '\\', '-e', '*', 'δ📦', '\u0001\u007f'],
  },
  {
    name: 'of a direct command of the user',
    entry: 'launcher',
    args: ['--', 'show', '$HOME', '--'],
    gets: ['$HOME', '--'],
  },
  {
    name: 'of a command of the user are evaluated by the shell, each for itself',
    entry: 'launcher',
    args: ['show', '$FOO', 'x'],
    env: { FOO: 'a b' },
    gets: ['a b', 'x'],
  },
  {
    name: 'of a command in one word, which is a script',
    entry: 'launcher',
    args: ['show $FOO "$FOO"'],
    env: { FOO: 'a b' },
    gets: ['a', 'b', 'a b'],
  },
  {
    name: 'a process that is not direct goes through the shell',
    api: '0.8',
    processes: [{ command: ['show'], args: ['$FOO'], direct: false }],
    env: { FOO: 'x' },
    gets: ['x'],
  },
  {
    name: 'the process by the name of the link',
    processes: [{ args: ['web'] }, { type: 'worker.1', args: ['worker'] }],
    entry: 'worker.1',
    gets: ['worker'],
  },
  {
    name: 'a process for this execution environment',
    processes: [
      { 'exec-env': ['test'], args: ['t'] },
      { 'exec-env': ['production'], args: ['p'] },
    ],
    gets: ['p'],
  },
  {
    name: 'a process for the execution environment that is set',
    processes: [{ 'exec-env': ['test'], args: ['t'] }],
    env: { CNB_EXEC_ENV: 'test' },
    gets: ['t'],
  },
  { name: 'a process for all execution environments', processes: [{ 'exec-env': ['*'], args: ['t'] }], gets: ['t'] },
  {
    name: 'execution environments do not count before Platform API 0.15',
    processes: [{ 'exec-env': ['test'], args: ['t'] }],
    env: { CNB_PLATFORM_API: '0.14' },
    gets: ['t'],
  },
];

test.each(ARGS_CASES)('arguments: $name', async ({ gets, ...given }) => {
  const { code, stderr, args } = await start(given);
  expect({ code, stderr, args }).toEqual({ code: 0, stderr: '', args: gets });
});
