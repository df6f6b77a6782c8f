import { expect, test } from 'vitest';
import { findJsonMistake } from './json-position.ts';

test.each([
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'a comma is missing here'],
  ['{ "a" 1 }', 1, 7, 'a colon is missing here'],
  ['{ "a": 1, }', 1, 11, 'a property name is missing here'],
  ['{ "a": 1', 1, 9, 'a close brace is missing here'],
  ['{ // no\n}', 1, 3, 'invalid comment token'],
  ['', 1, 1, 'a value is missing here'],
])('%j', (text, line, column, problem) => {
  expect(findJsonMistake(text)).toEqual({ position: { line, column }, problem });
});
