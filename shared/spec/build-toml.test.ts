import { expect, test } from 'vitest';
import { parseBuildToml, renderBuildToml } from './build-toml.ts';

test('names what is left to later buildpacks', () => {
  const text = renderBuildToml({ unmet: ['node', 'npm'] });
  expect(text).toBe('[[unmet]]\n  name = "node"\n\n[[unmet]]\n  name = "npm"\n');
  expect(parseBuildToml(text, 'build.toml')).toEqual({ unmet: ['node', 'npm'] });
  expect(renderBuildToml({ unmet: [] })).toBe('');
  expect(parseBuildToml('', 'build.toml')).toEqual({ unmet: [] });
});

test('an entry must have a name', () => {
  expect(() => parseBuildToml('[[unmet]]\nname = ""', 'build.toml')).toThrow(
    'build.toml:2: `unmet[0].name` must not be empty',
  );
});
