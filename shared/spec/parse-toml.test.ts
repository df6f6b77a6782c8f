import { isFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { parseToml } from './parse-toml.ts';
import { renderToml } from './render-toml.ts';
import { sortKeys } from './sort-keys.ts';

test('gives plain objects, arrays and values', () => {
  const text = `
title = "x" # comment
'quoted key' = 1
dotted.key = true
list = [1, 2.5, "three", [4]]
inline = { a = 1, b = { c = [] } }
multi = """
one
two"""
[table."with.dot"]
a = 'literal \\n'
[[array]]
n = 1
[[array]]
n = 2
[array.sub]
m = 3
`;
  expect(parseToml(text, 'x.toml')).toEqual({
    title: 'x',
    'quoted key': 1,
    dotted: { key: true },
    list: [1, 2.5, 'three', [4]],
    inline: { a: 1, b: { c: [] } },
    multi: 'one\ntwo',
    table: { 'with.dot': { a: 'literal \\n' } },
    array: [{ n: 1 }, { n: 2, sub: { m: 3 } }],
  });
});

test('integers beyond 2^53 are bigints, others numbers', () => {
  const values = parseToml(
    'a = 9223372036854775807\nb = -9223372036854775808\nc = 9007199254740991\nd = 0xff\ne = 1_000',
    'x',
  );
  expect(values).toEqual({ a: 2n ** 63n - 1n, b: -(2n ** 63n), c: 2 ** 53 - 1, d: 255, e: 1000 });
});

test('an integer beyond 64 bits is not silently another one', () => {
  expect(() => parseToml('a = 1\nb = 9223372036854775808', 'x.toml')).toThrow('x.toml:2');
  expect(() => parseToml('b = [0x1_0000_0000_0000_0000]', 'x.toml')).toThrow('64 bits');
  expect(parseToml('b = "9223372036854775808" # 9223372036854775808\nc = 123456789012345678901.5', 'x')).toEqual({
    b: '9223372036854775808',
    c: 123456789012345680000,
  });
});

test('floats of every kind', () => {
  expect(parseToml('a = 1.0\nb = -2e3\nc = inf\nd = -inf\ne = nan', 'x')).toEqual({
    a: 1,
    b: -2000,
    c: Number.POSITIVE_INFINITY,
    d: Number.NEGATIVE_INFINITY,
    e: Number.NaN,
  });
});

test.each([
  ['1979-05-27T07:32:00Z', '1979-05-27T07:32:00Z'],
  ['1979-05-27t07:32:00.50z', '1979-05-27T07:32:00.5Z'],
  ['1979-05-27T00:32:00.5-07:00', '1979-05-27T00:32:00.5-07:00'],
  ['1979-05-27 07:32:00', '1979-05-27T07:32:00'],
  ['1979-05-27', '1979-05-27'],
  ['07:32:00', '07:32:00'],
  ['07:32:00.123456789', '07:32:00.123456789'],
])('the date or time %s keeps its kind', (text, written) => {
  const table = parseToml(`at = ${text}\nlist = [${text}, ${text}]\n[deep]\nat = ${text} # ${text}`, 'x');
  expect(renderToml(table)).toBe(`at = ${written}\nlist = [${written}, ${written}]\n\n[deep]\n  at = ${written}\n`);
  expect(table.at).toBeInstanceOf(Date);
});

test('a date with an offset is the moment that it names', () => {
  expect(parseToml('at = 1979-05-27T00:32:00.5-07:00', 'x').at).toEqual(new Date('1979-05-27T07:32:00.500Z'));
});

test('what looks like a date or a float in keys and texts is none', () => {
  const text = '1979-05-27 = "07:32:00"\n"1.0" = \'1.0\'\n1.0 = """\n1.5\n07:32:00"""\n';
  expect(parseToml(text, 'x')).toEqual({ '1979-05-27': '07:32:00', '1.0': '1.0', '1': { '0': '1.5\n07:32:00' } });
});

test('a whole float is written as one again, also by a copy with sorted keys', () => {
  expect(renderToml(parseToml('b = 2.0\na = [1.0, 2.0]\nc = 2\n', 'x'))).toBe('b = 2.0\na = [1.0, 2.0]\nc = 2\n');
  expect(renderToml(sortKeys(parseToml('b = 2.0\n[a]\nc = 1e3', 'x')))).toBe('b = 2.0\n\n[a]\n  c = 1000.0\n');
});

test('a key called __proto__ is a key and changes nothing', () => {
  const table = parseToml('__proto__ = { polluted = true }\n[a.__proto__]\nx = 1', 'x');
  expect(Object.keys(table)).toEqual(['__proto__', 'a']);
  expect(table.polluted).toBeUndefined();
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('an empty text, a byte order mark and Windows line ends are fine', () => {
  expect(parseToml('', 'x')).toEqual({});
  expect(parseToml('\uFEFFa = 1\r\n[b]\r\nc = "d"\r\n', 'x')).toEqual({ a: 1, b: { c: 'd' } });
});

test.each([
  ['a = 1\nb = = 2\n', 'x.toml:2:5'],
  ['a = "open\n', 'x.toml:1:'],
  ['[a\n', 'x.toml:1:'],
  ['a = 1\na = 2\n', 'x.toml:2:'],
  ['[a]\n[a]\n', 'x.toml:2:'],
  ['a = 1\n[a]\nb = 2', 'x.toml:2:'],
  ['a = 01', 'x.toml:1:'],
  ['a = 1\nb = 2024-13-45', 'x.toml:2'],
  ['a = 2023-02-29', 'no date or time 2023-02-29'],
  ['a = 23:59:60', 'x.toml:1'],
  ['a = 24:00:00', 'x.toml:1'],
  ['a = 2024-01-01T00:00:00+24:00', 'x.toml:1'],
  ['a = 07:32:00Z', 'x.toml:1'],
  ['a = 07:32', 'x.toml:1'],
  ['at = 07:32:00\nb = = 1', 'x.toml:2:5'],
  ['a = [1', 'x.toml'],
  ['x', 'x.toml'],
])('%j is a fault that says where: %s', (text, place) => {
  const error = catchError(() => parseToml(text, 'x.toml'));
  expect(isFault(error, 'SPEC_TOML_INVALID')).toBe(true);
  expect((error as Error).message).toContain(place);
  expect((error as Error).message).not.toMatch(/\n|pos \d/);
});

function catchError(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

const DEEP = 100_000;

test.each([
  ['lists', `a = ${'['.repeat(DEEP)}${']'.repeat(DEEP)}`],
  ['lists with a date', `b = 1979-05-27\na = ${'['.repeat(DEEP)}${']'.repeat(DEEP)}`],
  ['keys with a date', `${'a.'.repeat(DEEP)}b = 1979-05-27`],
  ['tables', `b = 1979-05-27\na = ${'{a='.repeat(DEEP)}1${'}'.repeat(DEEP)}`],
])('says of %s that they are nested too deeply', (_, text) => {
  expect(() => parseToml(text, 'x.toml')).toThrow('x.toml: not valid TOML: it is nested too deeply');
});

test.each(['a = 1979-05-27\nb = ["c"d}', 'a = 1979-05-27\nb = {c]', 'a = 1.5\n"\\UFFFFFFFF" = 1', '[1.5'])(
  'ends with %s',
  (text) => {
    expect(() => parseToml(text, 'x.toml')).toThrow('x.toml:');
  },
);
