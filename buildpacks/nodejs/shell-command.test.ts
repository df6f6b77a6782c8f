import { expect, test } from 'vitest';
import { parsePlainCommand, quoteWord, splitChain } from './shell-command.ts';

test.each([
  ['node server.js', {}, ['node', 'server.js']],
  ['  node   --enable-source-maps\tserver.js ', {}, ['node', '--enable-source-maps', 'server.js']],
  ['PORT=3000 NAME="a b" node x', { PORT: '3000', NAME: 'a b' }, ['node', 'x']],
  [`node -e 'console.log("$HOME")'`, {}, ['node', '-e', 'console.log("$HOME")']],
  ['node "a \\"b\\" \\$c" d\\ e', {}, ['node', 'a "b" $c', 'd e']],
  ["node '' a''b", {}, ['node', '', 'ab']],
  ['node --x=1 FOO=bar', {}, ['node', '--x=1', 'FOO=bar']],
])('%s needs no shell', (text, assignments, words) => {
  expect(parsePlainCommand(text)).toEqual({ assignments, words });
});

test.each([
  'node server.js --port $PORT',
  'node "server-$NAME.js"',
  'node `which x`',
  'a | b',
  'a && b',
  'a; b',
  'a > log',
  'node dist/*.js',
  'node ~/x',
  'node {a,b}',
  'node x # comment',
  "node 'open",
  'PORT=1',
  '',
])('%s needs one', (text) => {
  expect(parsePlainCommand(text)).toBeUndefined();
});

test.each([
  ['a && b&&c', ['a', 'b', 'c']],
  [`node -e "a && b" && c '&&'`, ['node -e "a && b"', "c '&&'"]],
  ['a \\&& b', ['a \\&& b']],
  ['(a && b) && c', ['(a && b) && c']],
  ['a || b && c', ['a || b', 'c']],
  ['node server.js', ['node server.js']],
])('splits %s', (text, parts) => {
  expect(splitChain(text)).toEqual(parts);
});

test('quotes a word so that it is read back', () => {
  for (const word of ['plain', 'a b', "it's", '$x', '', 'a"b\\']) {
    expect(parsePlainCommand(`run ${quoteWord(word)}`)?.words).toEqual(['run', word]);
  }
});
