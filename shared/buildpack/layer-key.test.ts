import { expect, test } from 'vitest';
import { describeKeyChange, storableKey } from './layer-key.ts';

test.each([
  [{ a: 1, b: { x: [1], y: 'z' } }, { b: { y: 'z', x: [1] }, a: 1 }, []],
  [{ a: undefined }, {}, []],
  [{ npm: '10.0.0' }, { npm: '11.0.0' }, ['npm 10.0.0 -> 11.0.0']],
  [{ lock: 'a'.repeat(64) }, { lock: 'b'.repeat(64) }, ['lock changed']],
  [{ list: ['a'] }, { list: ['b'] }, ['list changed']],
  [{}, { '.npmrc': 'x' }, ['.npmrc is new']],
  [{ '.npmrc': 'x' }, {}, ['.npmrc is gone']],
  [{ a: '1' }, { a: 1 }, ['a 1 -> 1']],
  [
    { rust: { version: '1.84.0', files: ['a'] } },
    { rust: { version: '1.85.0', files: ['b'] } },
    ['rust 1.84.0 -> 1.85.0'],
  ],
  [{ rust: { version: '1.84.0', files: ['a'] } }, { rust: { version: '1.84.0', files: ['b'] } }, ['rust changed']],
])('%j to %j', (before, after, sentences) => {
  expect(describeKeyChange(before, after)).toEqual(sentences);
});

test('a key is stored without what is undefined', () => {
  expect(storableKey({ b: { y: undefined, x: 1 }, a: undefined })).toEqual({ b: { x: 1 } });
});
