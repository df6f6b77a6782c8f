import { parseBuildpackToml } from '@dema/spec';
import { expect, test } from 'vitest';
import { findTargetMismatch } from './target-mismatch.ts';

const RUN = { os: 'linux', arch: 'amd64', variant: '', distroName: 'debian', distroVersion: '13' };

function mismatch(targets: string, run = RUN) {
  const head = 'api = "0.10"\n[buildpack]\nid = "a/b"\nversion = "1"\n';
  return findTargetMismatch(parseBuildpackToml(head + targets, 'buildpack.toml'), true, run);
}

test('the reason names both', () => {
  expect(mismatch('[[targets]]\nos = "linux"\narch = "arm64"')).toBe(
    'it is for linux/arm64, but the run image is linux/amd64, debian 13',
  );
  const listed =
    '[[targets.distros]]\nname = "ubuntu"\nversion = "22.04"\n[[targets.distros]]\nname = "ubuntu"\nversion = "24.04"';
  expect(mismatch(`[[targets]]\nos = "linux"\n${listed}`)).toBe(
    'it is for linux, ubuntu 22.04 or linux, ubuntu 24.04, but the run image is linux/amd64, debian 13',
  );
  expect(mismatch('[[targets]]\narch = "arm64"\nvariant = "v8"', { ...RUN, arch: 'arm64', variant: 'v7' })).toBe(
    'it is for any system/arm64/v8, but the run image is linux/arm64/v7, debian 13',
  );
});

test('a run image without a distribution has none of those that are listed', () => {
  const target = '[[targets]]\nos = "linux"\n[[targets.distros]]\nname = "debian"';
  expect(mismatch(target)).toBeUndefined();
  expect(mismatch(target, { ...RUN, distroName: '', distroVersion: '' })).toContain('but the run image is linux/amd64');
});
