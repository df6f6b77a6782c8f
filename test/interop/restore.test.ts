import { type LayerMetadata, planRestoration } from '@dema/engine';
import { expect, test } from 'vitest';
import { readCases } from './cases.ts';

interface RestoreCase {
  inImage: string[];
  cached: string[];
}

const [table] = await readCases<RestoreCase, Record<string, string>>('restore');
const rows = Object.entries(table?.golden ?? {});

test('the table of restoration is whole', () => {
  expect(rows).toHaveLength(50);
});

test.each(rows)('restored of a layer (previous image / cache / contents): %s', (row, golden) => {
  const [inImage = '', cached = '', contents = ''] = row.split(' / ');
  const known = { inImage: layers(inImage, 'image', 'same'), cached: layers(cached, 'cache', contents) };
  const [planned] = planRestoration({ ...known, findProblem: () => undefined });
  expect(describe(planned)).toBe(golden);
});

function layers(types: string, origin: string, sha: string): Record<string, LayerMetadata> {
  if (types === 'none') return {};
  const [launch, build, cache] = ['launch', 'build', 'cache'].map((type) => types.includes(type));
  const layer = { data: { origin }, launch, build, cache, sha: `sha256:${sha}` };
  return { x: layer as LayerMetadata };
}

function describe(planned: ReturnType<typeof planRestoration>[number] | undefined): string {
  if (planned === undefined || 'reason' in planned) return 'nothing';
  const { origin } = planned.layer.data as { origin: string };
  return `metadata of the ${origin}${planned.contents ? ', contents' : ''}`;
}
