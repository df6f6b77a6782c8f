import { expect, test } from 'vitest';
import { findTomlLine } from './toml-positions.ts';

const TEXT = `# [not.a.table]
api = "0.10" # api = "0.9"
"quoted \\"key\\"" = '''
[neither]
this = 1
'''
a.b . c = 1

[buildpack]
  id = "x"
  text = """
  version = "in a text"
  \\""" still
  """
  version = "1"
  list = [
    "one", # ]
    { name = "two", "sub key" = { deep = 1 } },
    [3,
     4],
  ]

[[order]]
  [[order.group]]
  id = "a"
  [[order.group]]
  id = "b"
[[order]]
  [[order.group]]
  id = "c"
  [order.group.extra.'x.y']
  z = 2024-01-01
[metadata]
list = [{ a = 1 }, {
  a = 2 }]
`;

test.each([
  [['api'], 2],
  [['quoted "key"'], 3],
  [['a'], 7],
  [['a', 'b', 'c'], 7],
  [['buildpack'], 9],
  [['buildpack', 'id'], 10],
  [['buildpack', 'text'], 11],
  [['buildpack', 'version'], 15],
  [['buildpack', 'list'], 16],
  [['buildpack', 'list', 0], 17],
  [['buildpack', 'list', 1], 18],
  [['buildpack', 'list', 1, 'sub key', 'deep'], 18],
  [['buildpack', 'list', 2, 0], 19],
  [['buildpack', 'list', 2, 1], 20],
  [['order'], 23],
  [['order', 0], 23],
  [['order', 0, 'group', 0, 'id'], 25],
  [['order', 0, 'group', 1], 26],
  [['order', 0, 'group', 1, 'id'], 27],
  [['order', 1], 28],
  [['order', 1, 'group', 0, 'id'], 30],
  [['order', 1, 'group', 0, 'extra', 'x.y', 'z'], 32],
  [['metadata', 'list', 1], 34],
  [['metadata', 'list', 1, 'a'], 35],
])('%j stands on line %i', (path, line) => {
  expect(findTomlLine(TEXT, path)).toBe(line);
});

test('a path that is not there is where its longest part is', () => {
  expect(findTomlLine(TEXT, ['buildpack', 'name'])).toBe(9);
  expect(findTomlLine(TEXT, ['order', 1, 'group', 3, 'id'])).toBe(29);
  expect(findTomlLine(TEXT, ['stacks', 0, 'id'])).toBeUndefined();
  expect(findTomlLine(TEXT, [])).toBeUndefined();
});

test('a text of thousands of lines takes no time', () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `[[order]]\nid = "${index}"`).join('\n');
  expect(findTomlLine(text, ['order', 19_999, 'id'])).toBe(40_000);
});

test('of a text that is nested very deeply no line is known', () => {
  const text = `a = ${'['.repeat(1000)}${']'.repeat(1000)}`;
  expect(findTomlLine(text, ['a'])).toBeUndefined();
});
