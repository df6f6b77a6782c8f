import { buildLabel, type LifecycleMetadata } from '@dema/engine';
import {
  parseAnalyzedToml,
  parseLayerToml,
  parseMetadataToml,
  renderAnalyzedToml,
  renderJson,
  sortKeys,
} from '@dema/spec';
import { expect, test } from 'vitest';
import { readCases } from './cases.ts';

interface LabelCase {
  /** Lines of config/metadata.toml. */
  build?: string[];
  /** Lines of a layer's TOML. */
  layer?: string[];
  lifecycle?: LifecycleMetadata;
}

const cases = await readCases<LabelCase, unknown>('labels');

function casesWith<Key extends keyof LabelCase>(key: Key) {
  return cases.flatMap(({ name, given, golden }) => {
    const value = given[key];
    return value === undefined ? [] : [{ name, value, golden }];
  });
}

test.each(casesWith('build'))('label of a build: $name', ({ value, golden }) => {
  expect(renderJson(buildLabel(parseMetadataToml(value.join('\n'), 'metadata.toml'), { version: '1.2.3' }))).toBe(
    golden,
  );
});

test.each(casesWith('layer'))('label of a layer: $name', ({ value, golden }) => {
  const { metadata, ...types } = parseLayerToml(value.join('\n'), 'layer.toml');
  const data = metadata ? sortKeys(metadata) : null;
  const { build, launch, cache } = types;
  expect(renderJson({ sha: 'sha256:a', data, build, launch, cache })).toBe(golden);
});

test.each(casesWith('lifecycle'))('label of layers: $name', ({ value, golden }) => {
  const analyzed = renderAnalyzedToml({ metadata: { ...value } }).split('\n');
  expect({ label: renderJson(value), analyzed }).toEqual(golden);
  expect(renderAnalyzedToml(parseAnalyzedToml(analyzed.join('\n'), 'analyzed.toml')).split('\n')).toEqual(analyzed);
});
