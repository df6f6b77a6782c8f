import { expect, test } from 'vitest';
import { parseBuildPlan, renderBuildPlan } from './build-plan.ts';

test('reads provides, requires and alternatives', () => {
  const text = `
[[provides]]
name = "node"
[[requires]]
name = "node"
[requires.metadata]
version = "24"
launch = true
[[or]]
[[or.provides]]
name = "npm"
[[or]]
`;
  expect(parseBuildPlan(text, 'plan.toml')).toEqual({
    provides: [{ name: 'node' }],
    requires: [{ name: 'node', metadata: { version: '24', launch: true } }],
    or: [
      { provides: [{ name: 'npm' }], requires: [] },
      { provides: [], requires: [] },
    ],
  });
});

test('an empty file is an empty plan', () => {
  expect(parseBuildPlan('', 'plan.toml')).toEqual({ provides: [], requires: [], or: [] });
});

test.each([
  ['[[provides]]', 'plan.toml:1: `provides[0].name` is missing'],
  ['provides = ["node"]', 'plan.toml:1: `provides[0]` must be a table'],
  ['[[requires]]\nname = "node"\nversion = "24"', 'plan.toml:3: `requires[0].version` is not part of'],
  ['[[or]]\n[[or.requires]]\nname = "node"\nversion = "24"', 'plan.toml:4: `or[0].requires[0].version` is not part of'],
  ['[[requires]]\nname = "node"\nmetadata = "24"', 'plan.toml:3: `requires[0].metadata` must be a table'],
])('%j is refused: %s', (text, problem) => {
  expect(() => parseBuildPlan(text, 'plan.toml')).toThrow(problem);
});

test('an empty version is no version', () => {
  const { requires } = parseBuildPlan('[[requires]]\nname = "node"\nversion = ""', 'plan.toml');
  expect(requires).toEqual([{ name: 'node', metadata: {} }]);
});

test('writes what it reads', () => {
  const plan = {
    provides: [{ name: 'node' }],
    requires: [
      { name: 'node', metadata: { version: '24', 'version-source': '.nvmrc', build: true } },
      { name: 'npm', metadata: {} },
    ],
    or: [{ provides: [{ name: 'node' }, { name: 'npm' }], requires: [] }],
  };
  const text = renderBuildPlan(plan);
  expect(text).toBe(`[[provides]]
  name = "node"

[[requires]]
  name = "node"
  [requires.metadata]
    build = true
    version = "24"
    version-source = ".nvmrc"

[[requires]]
  name = "npm"

[[or]]

  [[or.provides]]
    name = "node"

  [[or.provides]]
    name = "npm"
`);
  expect(parseBuildPlan(text, 'plan.toml')).toEqual(plan);
  expect(renderBuildPlan({ provides: [], requires: [], or: [] })).toBe('');
});
