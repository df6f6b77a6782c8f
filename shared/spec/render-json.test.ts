import { expect, test } from 'vitest';
import { parseToml } from './parse-toml.ts';
import { renderJson } from './render-json.ts';
import { sortKeys } from './sort-keys.ts';

test.each([
  ['<a> & b\u2028\u2029', String.raw`"\u003ca\u003e \u0026 b\u2028\u2029"`],
  ['"\\\n\t\u0001\b\f\u007f', `${String.raw`"\"\\\n\t\u0001\b\f`}\u007f"`],
  ['\ud800', '"\ufffd"'],
  [5, '5'],
  [1e21, '1e+21'],
  [true, 'true'],
  [null, 'null'],
  [{ b: 1, a: [undefined, {}], u: undefined }, '{"b":1,"a":[null,{}]}'],
  [{ '<': 1 }, String.raw`{"\u003c":1}`],
])('writes %j as Go does', (value, expected) => {
  expect(renderJson(value)).toBe(expected);
});

test('keys that were sorted stand in byte order', () => {
  expect(renderJson(sortKeys({ b: 1, '10': 1, '9': 1, a: { z: 1, '-': 2 } }))).toBe(
    '{"10":1,"9":1,"a":{"-":2,"z":1},"b":1}',
  );
});

test('dates are RFC 3339 text', () => {
  const value = parseToml('a = 1979-05-27T07:32:00Z\nb = 1979-05-27T07:32:00.120Z\nc = 1979-05-27', 'x');
  expect(renderJson(value)).toBe(
    '{"a":"1979-05-27T07:32:00Z","b":"1979-05-27T07:32:00.12Z","c":"1979-05-27T00:00:00Z"}',
  );
});

test('integers beyond 2^53 keep all their digits', () => {
  expect(renderJson({ n: 2n ** 63n - 1n })).toBe('{"n":9223372036854775807}');
});
