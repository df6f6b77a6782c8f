import { parseBuildpackToml, parseLaunchToml } from '@dema/spec';
import { expect, test } from 'vitest';
import type { BuiltBuildpack } from './built-buildpack.ts';
import { launchMetadata } from './launch-metadata.ts';

function built(id: string, launchToml: string): BuiltBuildpack {
  const toml = `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n`;
  return {
    descriptor: parseBuildpackToml(toml, 'buildpack.toml'),
    found: { restored: new Map(), refused: new Map() },
    layers: new Map(),
    unmet: [],
    sboms: { launch: new Map(), kept: {}, legacy: [] },
    launch: parseLaunchToml(launchToml, 'launch.toml', '0.10'),
  };
}

function process(type: string, command: string, isDefault = false): string {
  return `[[processes]]\ntype = "${type}"\ncommand = ["${command}"]\ndefault = ${isDefault}\n`;
}

test('sorts process types and takes the last definition of each', () => {
  const { processes } = launchMetadata([
    built('a', process('web', 'first') + process('cron', 'tick')),
    built('b', process('web', 'second')),
  ]);
  expect(processes.map(({ type, command, buildpackId }) => [type, ...command, buildpackId])).toEqual([
    ['cron', 'tick', 'a'],
    ['web', 'second', 'b'],
  ]);
});

test('takes the last default, and none when the default was replaced by one that is not', () => {
  const first = built('a', process('web', 'x', true));
  expect(launchMetadata([first]).buildpackDefaultProcessType).toBe('web');
  expect(launchMetadata([first, built('b', process('other', 'y', true))]).buildpackDefaultProcessType).toBe('other');
  expect(launchMetadata([first, built('b', process('web', 'y'))]).buildpackDefaultProcessType).toBeUndefined();
});
