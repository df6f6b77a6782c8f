import { buffer } from 'node:stream/consumers';
import { type TarEntry, type TarEntryType, writeTar } from '@dema/archive';
import { expect, test } from 'vitest';
import { readCases } from './cases.ts';
import { describeTar, renderHeader, type TarDescription } from './describe-tar.ts';
import { contentOf, parseName } from './names.ts';

interface EntrySketch {
  path: string;
  type?: TarEntryType;
  mode?: string;
  uid?: number;
  gid?: number;
  size?: number;
  mtime?: number;
  link?: string;
}

interface ArchiveCase {
  entries: EntrySketch[];
  headersOnly?: boolean;
}

const cases = await readCases<ArchiveCase, TarDescription>('archives');

test.each(cases.filter(({ given }) => !given.headersOnly))('archive: $name', async ({ given, golden }) => {
  expect(describeTar(await buffer(writeTar(given.entries.map(entryOf))))).toEqual(golden);
});

test.each(cases.filter(({ given }) => given.headersOnly))('archive: $name', async ({ given, golden }) => {
  expect({ headers: await Promise.all(given.entries.map(firstHeader)) }).toEqual(golden);
});

function entryOf({ path, type = 'file', mode = '0644', uid = 1001, gid = 1000, size = 0, ...sketch }: EntrySketch) {
  return {
    path: parseName(path),
    type,
    mode: Number.parseInt(mode, 8),
    uid,
    gid,
    size,
    mtime: sketch.mtime,
    linkPath: sketch.link === undefined ? undefined : parseName(sketch.link),
    body: () => [contentOf(size)],
  } satisfies TarEntry;
}

/** All that comes before a body that is too large to be made. */
async function firstHeader(sketch: EntrySketch): Promise<string> {
  const body = async function* () {
    for (;;) yield Buffer.alloc(1024 * 1024, 0xff);
  };
  const written = writeTar([{ ...entryOf({ ...sketch, size: 0 }), size: sketch.size ?? 0, body }]);
  const { value } = await written.next();
  await written.return(undefined);
  const bytes = Buffer.from(value ?? []);
  const bodyAt = bytes.indexOf(Buffer.alloc(512, 0xff));
  return renderHeader(bodyAt < 0 ? bytes : bytes.subarray(0, bodyAt));
}
