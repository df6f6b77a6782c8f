import { expect, test } from 'vitest';
import { isSameReference, parseReference, pinReference, referenceFromName, withoutDigest } from './index.ts';

test.each([
  ['app', 'app:latest'],
  ['app:1.2_x', 'app:1.2_x'],
  ['shop/cart', 'shop/cart:latest'],
  ['localhost/a', 'localhost/a:latest'],
  ['localhost:5000/a/b__c:v1', 'localhost:5000/a/b__c:v1'],
  ['Registry.Example.com/a', 'Registry.Example.com/a:latest'],
  ['HOST:80/a', 'HOST:80/a:latest'],
  ['a--b.c/d', 'a--b.c/d:latest'],
])('%s is %s', (text, reference) => {
  expect(parseReference(text)).toBe(reference);
  expect(parseReference(reference)).toBe(reference);
});

test.each([
  '',
  'App',
  'Shop/cart',
  'a b',
  'a:',
  ':1',
  'a/',
  '/a',
  'a//b',
  '../a',
  'a..b',
  'a___b',
  '-a',
  'a:.x',
  `a:${'x'.repeat(129)}`,
  'x'.repeat(256),
  'a@sha256:00',
  'a\nb',
])('%j is none', (text) => {
  expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'IMAGE_REFERENCE_INVALID' }));
});

test.each([
  ['express', 'express:latest'],
  ['My App (2)', 'my-app-2:latest'],
  ['Café--x_', 'cafe-x:latest'],
  ['日本', 'app:latest'],
  ['', 'app:latest'],
  [`${'a'.repeat(127)}-b`, `${'a'.repeat(127)}:latest`],
])('a folder %j makes %s', (name, reference) => {
  expect(referenceFromName(name)).toBe(reference);
  expect(parseReference(reference)).toBe(reference);
});

test.each([
  ['run', 'run:latest', true],
  ['run:1', 'index.docker.io/library/run:1', true],
  ['paketo/run', 'index.docker.io/paketo/run:latest', true],
  [`localhost:5000/run:1@sha256:${'a'.repeat(64)}`, 'localhost:5000/run:1', true],
  ['run:1', 'run:2', false],
  ['localhost:5000/run', 'run', false],
  ['no name!', 'no name!', true],
])('%j and %j: %j', (one, other, isSame) => {
  expect(isSameReference(one, other)).toBe(isSame);
});

test('a digest takes the place of the tag, and of another digest', () => {
  const [digest, other] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`] as const;
  for (const name of ['localhost:5000/a/b', 'localhost:5000/a/b:1', `localhost:5000/a/b:1@${other}`])
    expect(pinReference(name, digest)).toBe(`localhost:5000/a/b@${digest}`);
  expect(withoutDigest(`a/b:1@${other}`)).toBe('a/b:1');
});
