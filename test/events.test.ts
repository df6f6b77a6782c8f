import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

async function read(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8');
}

/** Whole streams are held against the schema wherever a whole test reads one (`eventsOf`). */
test('every event of the sources is in the schema and in the table of the documentation', async () => {
  const sources = await Promise.all(
    ['shared/engine/events.ts', 'builders/base-image.ts', 'scripts/report-preparation.ts'].map(read),
  );
  const types = [...sources.join('\n').matchAll(/\btype: '([a-z-]+)'/g)].map(([, type]) => type);
  const schema = JSON.parse(await read('docs/events.schema.json'));
  const known: string[] = schema.oneOf.map(({ title }: { title: string }) => title);
  expect(known).toEqual(expect.arrayContaining([...types, 'start', 'fault', 'download-end']));
  const page = await read('docs/events.md');
  for (const { title, properties } of schema.oneOf) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${title}\` |`)) ?? '';
    for (const field of Object.keys(properties).filter((name) => name !== 'type'))
      expect(row).toContain(`\`${field}\``);
  }
});
