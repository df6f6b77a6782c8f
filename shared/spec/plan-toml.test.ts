import { expect, test } from 'vitest';
import { parsePlanToml, renderPlanToml } from './plan-toml.ts';

test('stands as the lifecycle writes it', () => {
  const entries = [
    {
      providers: [
        { id: 'dema/nodejs', version: '0.1.0' },
        { id: 'e', version: '1', extension: true },
      ],
      requires: [
        { name: 'node', metadata: { version: '24', launch: true, deep: { b: 1, a: ['x'] } } },
        { name: 'node', metadata: {} },
      ],
    },
    { providers: [{ id: 'other/bp', version: '1' }], requires: [{ name: 'npm', metadata: {} }] },
  ];
  const text = renderPlanToml(entries);
  expect(text).toBe(`[[entries]]

  [[entries.providers]]
    id = "dema/nodejs"
    version = "0.1.0"

  [[entries.providers]]
    id = "e"
    version = "1"
    extension = true

  [[entries.requires]]
    name = "node"
    [entries.requires.metadata]
      launch = true
      version = "24"
      [entries.requires.metadata.deep]
        a = ["x"]
        b = 1

  [[entries.requires]]
    name = "node"

[[entries]]

  [[entries.providers]]
    id = "other/bp"
    version = "1"

  [[entries.requires]]
    name = "npm"
`);
  expect(parsePlanToml(text, 'plan.toml')).toEqual(entries);
});

test('a plan without entries is an empty file', () => {
  expect(renderPlanToml([])).toBe('');
  expect(parsePlanToml('', 'plan.toml')).toEqual([]);
});
