import { expect, test } from 'vitest';
import { listTaken } from './taken-paths.ts';

async function* entries(...texts: string[]) {
  for (const text of texts) {
    const [path = '', linkPath] = text.split(' -> ');
    yield { path, type: linkPath === undefined ? ('file' as const) : ('symlink' as const), linkPath };
  }
}

test('what is asked for, what its links lead to, and the terms', async () => {
  const found = await listTaken(
    entries(
      'usr/bin/tool',
      'usr/lib/locale/de/TIME',
      'usr/lib/locale/de/TYPE -> ../at/TYPE',
      'usr/lib/locale/at/TYPE -> /usr/lib/locale/first/TYPE',
      'usr/lib/locale/at/TIME',
      'usr/lib/locale/first/TYPE',
      'usr/lib/locale/de_old/TIME',
      'usr/share/doc/x/copyright',
    ),
    ['usr/lib/locale/de'],
  );
  expect([...found].sort()).toEqual([
    'usr/lib/locale/at/TYPE',
    'usr/lib/locale/de/TIME',
    'usr/lib/locale/de/TYPE',
    'usr/lib/locale/first/TYPE',
    'usr/share/doc/x/copyright',
  ]);
});

test('links that lead to each other come to an end', async () => {
  expect([...(await listTaken(entries('a -> b', 'b -> a'), ['a']))]).toEqual(['a', 'b']);
});
