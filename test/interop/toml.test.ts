import {
  parseBuildpackPlan,
  parseGroupToml,
  parseLayerToml,
  parseMetadataToml,
  parsePlanToml,
  parseStoreToml,
  parseToml,
  renderBuildpackPlan,
  renderGroupToml,
  renderJson,
  renderMetadataToml,
  renderPlanToml,
  renderRestoredLayerToml,
  renderRestoredStoreToml,
  renderToml,
  sortKeys,
} from '@dema/spec';
import { expect, test } from 'vitest';
import { readCases } from './cases.ts';

interface TomlCase {
  file: string;
  given: string[];
}

/** What we write of what we have read. */
const REWRITERS: Record<string, (text: string) => string> = {
  document: (text) => renderToml(sortKeys(parseToml(text, 'a.toml'))),
  group: (text) => renderGroupToml(parseGroupToml(text, 'group.toml')),
  plan: (text) => renderPlanToml(parsePlanToml(text, 'plan.toml')),
  'buildpack plan': (text) => renderBuildpackPlan(parseBuildpackPlan(text, 'plan.toml')),
  metadata: (text) => renderMetadataToml(parseMetadataToml(text, 'metadata.toml')),
  layer: (text) => renderRestoredLayerToml(throughLabel(parseLayerToml(text, 'layer.toml').metadata)),
  store: (text) => renderRestoredStoreToml(throughLabel(parseStoreToml(text, 'store.toml'))),
};

test.each(await readCases<TomlCase, string[]>('toml'))('TOML: $name', ({ given, golden }) => {
  expect(REWRITERS[given.file]?.(`${given.given.join('\n')}\n`).split('\n')).toEqual(golden);
});

/** Restored values have been JSON in a label. */
function throughLabel<Value>(value: Value): Value {
  return value === undefined ? value : JSON.parse(renderJson(value));
}
