import { expect, test } from 'vitest';
import { parseAnalyzedToml } from './parse-analyzed-toml.ts';
import { parseProjectMetadataToml } from './project-metadata-toml.ts';
import { parseReportToml } from './report-toml.ts';
import { parseRunToml, parseStackToml } from './run-toml.ts';
import { parseSystemToml } from './system-toml.ts';

const PARSERS: Record<string, (text: string, file: string) => unknown> = {
  'analyzed.toml': parseAnalyzedToml,
  'project-metadata.toml': parseProjectMetadataToml,
  'report.toml': parseReportToml,
  'run.toml': parseRunToml,
  'stack.toml': parseStackToml,
  'system.toml': parseSystemToml,
};

test.each([
  ['analyzed.toml', '[run-image]\nimage = "x"', 'analyzed.toml:1: `run-image.reference` is missing'],
  ['analyzed.toml', '[image]\nreference = 5', 'analyzed.toml:2: `image.reference` must be a string, but is 5'],
  [
    'analyzed.toml',
    '[[metadata.buildpacks]]\nkey = "a"\n[metadata.buildpacks.layers.x]\nlaunch = "yes"',
    'analyzed.toml:4: `metadata.buildpacks[0].layers.x.launch` must be true or false',
  ],
  ['project-metadata.toml', '[source]\nversion = "1"', 'project-metadata.toml:2: `source.version` must be a table'],
  ['report.toml', '', 'report.toml: `image` is missing'],
  ['report.toml', '[image]\nmanifest-size = 1.5', 'report.toml:2: `image.manifest-size` must be a whole number'],
  ['run.toml', '[[images]]\nmirrors = ["x"]', 'run.toml:1: `images[0].image` is missing'],
  ['run.toml', '[[images]]\nimage = "a"\nmirrors = [\n"x",\n5]', 'run.toml:5: `images[0].mirrors[1]` must be a string'],
  ['stack.toml', 'run-image = "x"', 'stack.toml:1: `run-image` must be a table'],
  ['system.toml', '[[system.pre.buildpacks]]', 'system.toml:1: `system.pre.buildpacks[0].id` is missing'],
])('%s: %j is refused: %s', (file, text, problem) => {
  expect(() => PARSERS[file]?.(text, file)).toThrow(problem);
});
