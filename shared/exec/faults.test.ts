import { expect, test } from 'vitest';
import { commandMissing, commandNotExecutable, folderMissing, timedOut } from './faults.ts';

test('a program that PATH does not lead to', () => {
  expect(commandMissing('tool', '/usr/bin')).toMatchObject({
    code: 'EXEC_COMMAND_MISSING',
    problem: 'The program tool is not on PATH.',
    details: ['PATH=/usr/bin'],
    blame: 'platform',
  });
  expect(commandMissing('/opt/tool', '/usr/bin').problem).toBe('The program /opt/tool does not exist.');
});

test('a file that is no program', () => {
  expect(commandNotExecutable('/opt/tool', new Error('EACCES'))).toMatchObject({
    code: 'EXEC_COMMAND_NOT_EXECUTABLE',
    details: ['EACCES'],
  });
});

test('a folder that is not there', () => {
  expect(folderMissing('tool', '/gone')).toMatchObject({ code: 'EXEC_FOLDER_MISSING', blame: 'user' });
});

test('a program that does not end shows the last it said', () => {
  const { code, problem, details } = timedOut('tool', 1500, 'one\ntwo\n');
  expect({ code, problem, details }).toEqual({
    code: 'EXEC_COMMAND_TIMED_OUT',
    problem: 'The program tool did not end within 1.5 seconds and was ended.',
    details: ['one', 'two'],
  });
});
