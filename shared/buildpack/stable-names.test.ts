import { expect, test } from 'vitest';
import { withStableNames } from './stable-names.ts';

function bundle(hashes: Record<'a' | 'b' | 'c', string>) {
  const [a, b, c] = [`chunk-${hashes.a}.mjs`, `chunk-${hashes.b}.mjs`, `late-${hashes.c}.mjs`];
  const files = {
    'main.mjs': `import{x}from"./main/${a}";import("./main/${c}")`,
    [`main/${a}`]: `import"./${b}";export{x}`,
    [`main/${b}`]: `export{y};await import("./${c}")`,
    [`main/${c}`]: `import"./${a}";import"./other-file.mjs"`,
  };
  return Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
}

function texts(files: ReturnType<typeof withStableNames>): Record<string, string> {
  return Object.fromEntries(files.map(({ name, bytes }) => [name, String(bytes)]));
}

test('parts are named after what is in them, also where they refer to each other', () => {
  const first = texts(withStableNames(bundle({ a: 'AAAAAAAA', b: 'BBBBBBBB', c: 'CCCCCCCC' })));
  expect(texts(withStableNames(bundle({ a: 'ZZZZ0000', b: 'YYYY1111', c: 'XXXX2222' })))).toEqual(first);
  expect(Object.keys(first)).toEqual([
    'main.mjs',
    expect.stringMatching(/^main\/chunk-[0-9a-f]{16}\.mjs$/),
    expect.stringMatching(/^main\/chunk-[0-9a-f]{16}\.mjs$/),
    expect.stringMatching(/^main\/late-[0-9a-f]{16}\.mjs$/),
  ]);
});

test('every reference leads to a part', () => {
  const files = texts(withStableNames(bundle({ a: 'AAAAAAAA', b: 'BBBBBBBB', c: 'CCCCCCCC' })));
  const named = Object.values(files).flatMap((text) => text.match(/[\w-]+-[0-9a-f]{16}\.mjs/g) ?? []);
  const known = Object.keys(files).map((name) => name.replace('main/', ''));
  expect(named).toHaveLength(5);
  expect(known).toEqual(expect.arrayContaining(named));
});
