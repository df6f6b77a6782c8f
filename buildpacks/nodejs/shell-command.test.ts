import { expect, test } from 'vitest';
import { parsePlainCommand, quoteWord } from './shell-command.ts';

test.each([
  ['node server.js', {}, ['node', 'server.js']],
  ['  node   --enable-source-maps\tserver.js ', {}, ['node', '--enable-source-maps', 'server.js']],
  ['PORT=3000 NAME="a b" node x', { PORT: '3000', NAME: 'a b' }, ['node', 'x']],
  [`node -e 'console.log("$HOME")'`, {}, ['node', '-e', 'console.log("$HOME")']],
  ['node "a \\"b\\" \\$c" d\\ e', {}, ['node', 'a "b" $c', 'd e']],
  ["node '' a''b", {}, ['node', '', 'ab']],
  ['node --x=1 FOO=bar', {}, ['node', '--x=1', 'FOO=bar']],
  ['DEBUG=app:*,-x[1]?{a} A="b"* node ./bin/www', { DEBUG: 'app:*,-x[1]?{a}', A: 'b*' }, ['node', './bin/www']],
  ['node http://x/#a b!', {}, ['node', 'http://x/#a', 'b!']],
])('%s needs no shell', (text, assignments, words) => {
  expect(parsePlainCommand(text)).toEqual({ assignments, words });
});

const PORT = { variable: 'PORT', isQuoted: false };

test.each([
  ['node x $PORT', ['node', 'x', [PORT]]],
  ['node --port=${PORT}', ['node', ['--port=', PORT]]],
  ['node ${PORT:-8080}', ['node', [{ ...PORT, otherwise: '8080', alsoWhenEmpty: true }]]],
  ['node ${PORT-8080}', ['node', [{ ...PORT, otherwise: '8080', alsoWhenEmpty: false }]]],
  ['node "a $PORT b"', ['node', ['a ', { ...PORT, isQuoted: true }, ' b']]],
  ['node "$PORT"x', ['node', [{ ...PORT, isQuoted: true }, 'x']]],
])('%s has variables for when the image runs', (text, words) => {
  expect(parsePlainCommand(text)).toEqual({ assignments: {}, words });
});

test('a value before a command may hold a variable', () => {
  expect(parsePlainCommand('HOST=$NAME:1 node x')?.assignments).toEqual({
    HOST: [{ variable: 'NAME', isQuoted: false }, ':1'],
  });
});

test.each([
  'node $1',
  'node $(which x)',
  'node ${PORT#a}',
  'node ${PORT:-$OTHER}',
  'node $@',
  'node `which x`',
  'a | b',
  'a && b',
  'a; b',
  'a > log',
  'node dist/*.js',
  'node A=*',
  'HOME=~ node x',
  'node ~/x',
  'node {a,b}',
  'node x # comment',
  "node 'open",
  'PORT=1',
  '',
])('%s needs one', (text) => {
  expect(parsePlainCommand(text)).toBeUndefined();
});

test('quotes a word so that it is read back', () => {
  for (const word of [
    'plain',
    'a b',
    [{ variable: 'X', isQuoted: true }, ' y'],
    ['--a=', PORT],
    "it's",
    '$x',
    '',
    'a"b\\',
  ]) {
    expect(parsePlainCommand(`run ${quoteWord(word)}`)?.words).toEqual(['run', word]);
  }
});
