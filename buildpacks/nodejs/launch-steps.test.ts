import { expect, test } from 'vitest';
import { expandValue, expandWord, type Word } from './launch-steps.ts';

const env = { NAME: 'Ada', TWO: 'a  b', EDGES: ' a b ', EMPTY: '' };
const loose = (variable: string) => ({ variable, isQuoted: false });
const quoted = (variable: string) => ({ variable, isQuoted: true });

test.each<[Word, string[]]>([
  ['text $NAME', ['text $NAME']],
  [[loose('NAME')], ['Ada']],
  [['--name=', loose('NAME'), '!'], ['--name=Ada!']],
  [[loose('TWO')], ['a', 'b']],
  [
    ['x', loose('TWO'), 'y'],
    ['xa', 'by'],
  ],
  [
    ['x', loose('EDGES'), 'y'],
    ['x', 'a', 'b', 'y'],
  ],
  [[quoted('TWO')], ['a  b']],
  [[loose('EMPTY')], []],
  [[loose('MISSING')], []],
  [[quoted('EMPTY')], ['']],
  [['x', loose('EMPTY')], ['x']],
  [[{ ...loose('MISSING'), otherwise: '80' }], ['80']],
  [[{ ...loose('EMPTY'), otherwise: '80' }], []],
  [[{ ...loose('EMPTY'), otherwise: '80', alsoWhenEmpty: true }], ['80']],
])('%j becomes %j', (word, words) => {
  expect(expandWord(word, env)).toEqual(words);
});

test('the value of an assignment stays one', () => {
  expect(expandValue(['x', loose('TWO')], env)).toBe('xa  b');
});
