import { expect, test } from 'vitest';
import { parseBuildpackPlan, renderBuildpackPlan } from './buildpack-plan.ts';

test('a name stands as often as it was required', () => {
  const entries = [
    { name: 'node', metadata: { version: '24', deep: { b: 1, a: [1.5] } } },
    { name: 'node', metadata: {} },
  ];
  const text = renderBuildpackPlan(entries);
  expect(text).toBe(`[[entries]]
  name = "node"
  [entries.metadata]
    version = "24"
    [entries.metadata.deep]
      a = [1.5]
      b = 1

[[entries]]
  name = "node"
`);
  expect(parseBuildpackPlan(text, 'plan.toml')).toEqual(entries);
});

test('an empty file is an empty plan, and the other way round', () => {
  expect(parseBuildpackPlan('', 'plan.toml')).toEqual([]);
  expect(renderBuildpackPlan([])).toBe('');
});

test('an entry without a name is refused', () => {
  expect(() => parseBuildpackPlan('[[entries]]\n', 'plan.toml')).toThrow('plan.toml:1: `entries[0].name` is missing');
});
