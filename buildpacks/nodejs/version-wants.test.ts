import { expect, test } from 'vitest';
import ltsLines from './lts-lines.json' with { type: 'json' };
import { determineWant } from './version-wants.ts';

const [newest, second] = Object.values(ltsLines).sort((a, b) => b - a);

test.each([
  ['24', '24'],
  ['v24.1.0', '24.1.0'],
  [' 24.x ', '24.x'],
  ['>=8.0 <15', '>=8.0 <15'],
  ['^20 || ^22', '^20 || ^22'],
  ['node', '*'],
  ['lts/jod', '22.x'],
  ['LTS/Krypton', '24.x'],
  ['lts/*', `${newest}.x`],
  ['lts', `${newest}.x`],
  ['lts/-1', `${second}.x`],
  ['lts/lithium', '26.x'],
  ['iron', '20.x'],
  ['Krypton', '24.x'],
])('%j is the range %s', (text, range) => {
  expect(determineWant('.nvmrc', text)).toEqual({ source: '.nvmrc', range });
});

test.each([
  'lts/none',
  'lts/-99',
  'lts/',
  'ltsx',
  'lts/constructor',
  'constructor',
  'latest-v24',
  'system',
  '24 oder so',
])('%j is no version', (text) => {
  expect(() => determineWant('.nvmrc', text)).toThrow('NODEJS_VERSION_INVALID');
});
