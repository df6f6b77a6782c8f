import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseCase, readCases } from './apps/case.ts';

test('every case file is valid and stands beside its app', async () => {
  const cases = await readCases();
  expect(cases.map(({ name }) => name)).toContain('nodejs/express');
  for (const { app, description } of cases) {
    expect((await stat(app)).isDirectory()).toBe(true);
    expect(description).not.toBe('');
  }
});

test('what a case leaves out has a value', () => {
  expect(parseCase('{ "http": [{ "body": "hi" }] } // a comment', 'a.case.jsonc')).toEqual({
    description: '',
    env: {},
    processes: {},
    reused: [],
    http: [{ path: '/', status: 200, body: 'hi' }],
  });
});

test.each([
  ['{\n "procesess": {}\n}', 'a.case.jsonc:2: "procesess" is none of description, env, fault, processes, http, reused'],
  ['{ "env": { "A": 1 } }', 'a.case.jsonc:1: "env" has the wrong type'],
  ['{ "http": [\n{ "url": "/" }] }', 'a.case.jsonc:2: "url" is none of path, status, body, contains'],
  ['{ "env": ', 'a.case.jsonc:1: ValueExpected'],
  ['', 'a.case.jsonc:1: ValueExpected'],
])('refuses %j', (text, message) => {
  expect(() => parseCase(text, 'a.case.jsonc')).toThrow(message);
});
