import { parseBuildpackToml, parseLaunchToml } from '@dema/spec';
import { expect, test } from 'vitest';
import type { BuiltBuildpack } from './built-buildpack.ts';
import { launchWarnings } from './launch-warnings.ts';

function built(id: string, api: string, launch: string): BuiltBuildpack {
  const descriptor = parseBuildpackToml(`api = "${api}"\n[buildpack]\nid = "${id}"\nversion = "1"\n`, 'buildpack.toml');
  return { descriptor, launch: parseLaunchToml(launch, 'launch.toml', api) } as BuiltBuildpack;
}

const WEB = '[[processes]]\ntype = "web"\n';

test('a working folder before Buildpack API 0.8 is not used', () => {
  const old = `${WEB}command = "node"\nworking-dir = "sub"\n`;
  expect(launchWarnings([built('a', '0.7', old)])).toEqual([
    { buildpack: 'a', text: 'the working-dir of process web needs Buildpack API 0.8, and is not used' },
  ]);
  expect(launchWarnings([built('a', '0.8', old)])).toEqual([]);
});

test('a default that is lost is told once, by who lost it', () => {
  const first = built('a', '0.10', `${WEB}command = ["x"]\ndefault = true\n`);
  const second = built('b', '0.10', `${WEB}command = ["y"]\n`);
  expect(launchWarnings([first, second, second]).map(({ buildpack }) => buildpack)).toEqual(['b']);
  expect(launchWarnings([second, first])).toEqual([]);
});

test('the list that preceded SBOMs is told', () => {
  expect(launchWarnings([built('a', '0.7', '[[bom]]\nname = "x"')])).toEqual([
    { buildpack: 'a', text: 'launch.toml has [[bom]], which SBOM files have replaced' },
  ]);
});
