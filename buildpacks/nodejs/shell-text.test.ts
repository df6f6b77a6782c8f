import { expect, test } from 'vitest';
import { addExec, findManagerCall, isSimpleCommand, splitChain } from './shell-text.ts';

test.each([
  ['node server.js', ['node server.js']],
  ['a && b&&c', ['a', 'b', 'c']],
  ['a || b && c; d;', ['a', 'b failed', 'c', 'd always']],
  [`node -e "a && b" && c '&& ;'`, ['node -e "a && b"', "c '&& ;'"]],
  ['a \\&& b', ['a \\&& b']],
  ['(a && b) && c', ['(a && b)', 'c']],
  ['node --port ${PORT:-80} && b', ['node --port ${PORT:-80}', 'b']],
  ['a $(b "$(c; d)" && e) && f', ['a $(b "$(c; d)" && e)', 'f']],
  ['a `b; c` "$(d && e)" && f', ['a `b; c` "$(d && e)"', 'f']],
  ['a >log 2>&1 && b', ['a >log 2>&1', 'b']],
  ['a & b && c', ['a & b && c']],
  ['a && b # && c', ['a && b # && c']],
  ['a#b && c', ['a#b', 'c']],
  ['a\nb && c', ['a\nb && c']],
  ['a "b && c', ['a "b && c']],
])('splits %s', (text, parts) => {
  expect(splitChain(text).map((part) => [part.text, part.when].filter(Boolean).join(' '))).toEqual(parts);
});

test.each([
  ['node dist/*.js', true],
  ['node x >log 2>&1 <in', true],
  ['A=$(b; c) node $(which x)', true],
  ['A="1 2" node x*', true],
  ['node x | tee log', false],
  ['(cd a; node x*)', false],
  ['node x* & node y', false],
  ['if [ -f x ]', false],
  ['{ node x*', false],
  ['node x* # y', false],
])('%s is one command: %s', (text, isSimple) => {
  expect(isSimpleCommand(text)).toBe(isSimple);
});

test.each([
  ['node x*', 'exec node x*'],
  ['A=1 B="c d" E=$(f g) node x*', 'A=1 B="c d" E=$(f g) exec node x*'],
  ['>log node x', 'exec >log node x'],
])('%s takes the place of its shell as %s', (text, replaced) => {
  expect(addExec(text)).toBe(replaced);
});

test.each([
  ['npm run a | tee log', 'npm run a'],
  ['set -e; A=1 npx serve', 'npx serve'],
  ['if [ -f x ]; then npm run b; fi', 'npm run b'],
  ['node x; echo use npm start | cat', undefined],
  ['node npm x | cat', undefined],
])('the call of a package manager in %s is %s', (text, call) => {
  expect(findManagerCall(text)).toBe(call);
});
