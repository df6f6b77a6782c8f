import { expect, test } from 'vitest';
import { parseToml } from './parse-toml.ts';
import { rawToml, renderToml } from './render-toml.ts';
import { sortKeys } from './sort-keys.ts';

test('plain keys come first, then tables, each depth two spaces further in', () => {
  const value = {
    sub: { inner: { deep: 1 }, key: 'v' },
    order: [{ group: [{ id: 'a' }, { id: 'b', optional: true }] }, { group: [] }],
    title: 'x',
    empty: [],
    list: ['a', 1, [true]],
    bare: {},
  };
  expect(renderToml(value)).toBe(`title = "x"
empty = []
list = ["a", 1, [true]]

[sub]
  key = "v"
  [sub.inner]
    deep = 1

[[order]]

  [[order.group]]
    id = "a"

  [[order.group]]
    id = "b"
    optional = true

[[order]]
  group = []

[bare]
`);
});

test('tables inside of mixed arrays are inline, plain keys first', () => {
  const value = { mixed: ['a', { t: { x: 1 }, b: 2, u: undefined }, [{ c: [] }], {}] };
  expect(renderToml(value)).toBe('mixed = ["a", {b = 2, t = {x = 1}}, [{c = []}], {}]\n');
});

test.each([
  ['plain', '"plain"'],
  ['', '""'],
  ['<>&/é😀\u2028', '"<>&/é😀\u2028"'],
  ['"\\', String.raw`"\"\\"`],
  ['\b\t\n\f\r', String.raw`"\b\t\n\f\r"`],
  ['\u0000\u000b\u001b\u007f', String.raw`"\u0000\u000b\u001b\u007f"`],
])('writes the text %j', (text, expected) => {
  expect(renderToml({ text })).toBe(`text = ${expected}\n`);
  expect(parseToml(renderToml({ text }), 'x')).toEqual({ text });
});

test.each([
  ['a-B_9', 'a-B_9'],
  ['', '""'],
  ['a.b', '"a.b"'],
  ['ä', '"ä"'],
  ['"\n', String.raw`"\"\n"`],
])('writes the key %j', (key, expected) => {
  expect(renderToml({ [key]: 1, t: { [key]: {} } })).toBe(`${expected} = 1\n\n[t]\n  [t.${expected}]\n`);
});

test.each([
  [0, '0'],
  [-5, '-5'],
  [9007199254740991, '9007199254740991'],
  [9223372036854775807n, '9223372036854775807'],
  [1.5, '1.5'],
  [-0, '-0.0'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [100000.5, '100000.5'],
  [1234567.5, '1.2345675e+06'],
  [1e21, '1e+21'],
  [5e-324, '5e-324'],
  [1e100, '1e+100'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
  [Number.NaN, 'nan'],
  [true, 'true'],
])('writes %s', (value, expected) => {
  expect(renderToml({ value })).toBe(`value = ${expected}\n`);
});

test('numbers that came out of JSON are floats', () => {
  const text = renderToml({ a: 5, b: 1234567, c: [1, { d: -2 }], e: 0, f: 999999, g: 1.5 }, { numbers: 'float' });
  expect(text).toBe('a = 5.0\nb = 1.234567e+06\nc = [1.0, {d = -2.0}]\ne = 0.0\nf = 999999.0\ng = 1.5\n');
});

test.each([
  ['1979-05-27T07:32:00Z', '1979-05-27T07:32:00Z'],
  ['1979-05-27T07:32:00.120Z', '1979-05-27T07:32:00.12Z'],
  ['1979-05-27T07:32:00.5', '1979-05-27T07:32:00.5'],
  ['1979-05-27T07:30:00', '1979-05-27T07:30:00'],
  ['1979-05-20', '1979-05-20'],
  ['07:32:00.010', '07:32:00.01'],
])('writes the date or time %s', (text, expected) => {
  expect(renderToml(parseToml(`at = ${text}`, 'x'))).toBe(`at = ${expected}\n`);
});

test('what is undefined or null is left out, raw text is written as it is', () => {
  expect(renderToml({ a: undefined, b: null, c: rawToml('["x"]'), d: { e: undefined } })).toBe('c = ["x"]\n\n[d]\n');
  expect(renderToml({})).toBe('');
});

test('a value that TOML does not know is a mistake of the caller', () => {
  expect(() => renderToml({ a: () => 1 })).toThrow('not a value that TOML knows');
  expect(() => renderToml({ a: [null] })).toThrow('not a value that TOML knows');
});

test('sorts keys by their bytes, numbers among them', () => {
  const value = { b: 1, a: { z: 1, '10': 2, '9': 3, '-': 4 }, '～': 1, '😀': 2, B: [{ y: 1, x: 2 }], '2': 0 };
  expect(renderToml(sortKeys(value))).toBe(`2 = 0
b = 1
"～" = 1
"😀" = 2

[[B]]
  x = 2
  y = 1

[a]
  - = 4
  10 = 2
  9 = 3
  z = 1
`);
});

test('a sorted value is the same value for everybody else', () => {
  const value = { b: [1, { d: 1, c: new Date(0) }], a: null };
  expect(sortKeys(value)).toEqual(value);
  expect(JSON.stringify(sortKeys(value))).toBe('{"a":null,"b":[1,{"c":"1970-01-01T00:00:00.000Z","d":1}]}');
  expect(sortKeys(undefined)).toBeUndefined();
});
