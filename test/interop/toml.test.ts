import {
  parseBuildpackPlan,
  parseGroupToml,
  parseLayerToml,
  parseMetadataToml,
  parseOrderToml,
  parsePlanToml,
  parseProjectMetadataToml,
  parseReportToml,
  parseRunToml,
  parseStackToml,
  parseStoreToml,
  parseSystemToml,
  parseToml,
  projectMetadataLabel,
  renderBuildpackPlan,
  renderGroupToml,
  renderJson,
  renderMetadataToml,
  renderOrderToml,
  renderPlanToml,
  renderProjectMetadataToml,
  renderReportToml,
  renderRestoredLayerToml,
  renderRestoredStoreToml,
  renderRunToml,
  renderStackToml,
  renderSystemToml,
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
  order: (text) => renderOrderToml(parseOrderToml(text, 'order.toml')),
  run: (text) => renderRunToml(parseRunToml(text, 'run.toml')),
  stack: (text) => renderStackToml(parseStackToml(text, 'stack.toml') ?? { image: '', mirrors: [] }),
  system: (text) => renderSystemToml(parseSystemToml(text, 'system.toml')),
  project: (text) => {
    const metadata = parseProjectMetadataToml(text, 'project-metadata.toml');
    return renderProjectMetadataToml(metadata) + renderJson(projectMetadataLabel(metadata));
  },
  report: (text) => renderReportToml(parseReportToml(text, 'report.toml')),
  store: (text) => renderRestoredStoreToml(throughLabel(parseStoreToml(text, 'store.toml'))),
};

test.each(await readCases<TomlCase, string[]>('toml'))('TOML: $name', ({ given, golden }) => {
  expect(REWRITERS[given.file]?.(`${given.given.join('\n')}\n`).split('\n')).toEqual(golden);
});

/** Restored values have been JSON in a label. */
function throughLabel<Value>(value: Value): Value {
  return value === undefined ? value : JSON.parse(renderJson(value));
}
