import { expect, test } from 'vitest';
import { parseOrderToml, renderOrderToml } from './order-toml.ts';

test('reads groups; image extensions are always optional', () => {
  const text =
    '[[order]]\n[[order.group]]\nid = "a"\nversion = "1"\n[[order-extensions]]\n[[order-extensions.group]]\nid = "e"\nversion = "2"\n';
  const order = parseOrderToml(text, 'order.toml');
  expect(order).toEqual({
    order: [[{ id: 'a', version: '1', optional: false }]],
    orderExtensions: [[{ id: 'e', version: '2', optional: true }]],
  });
  expect(parseOrderToml(renderOrderToml(order), 'order.toml')).toEqual(order);
  expect(parseOrderToml('', 'order.toml')).toEqual({ order: [], orderExtensions: [] });
});

test.each([
  ['[[order]]\n[[order.group]]\nid = "a"', 'order.toml:2: `order[0].group[0].version` is missing'],
  ['[[order]]\n[[order.group]]\nversion = "1"', 'order.toml:2: `order[0].group[0].id` is missing'],
  ['[[order]]', 'order.toml:1: `order[0]` has no group'],
  [
    '[[order]]\n[[order.group]]\nid = "a"\nversion = "1"\n[[order.group]]\nid = "b"\nversion = 2',
    'order.toml:7: `order[0].group[1].version` must be a string, but is 2',
  ],
])('%j is refused: %s', (text, problem) => {
  expect(() => parseOrderToml(text, 'order.toml')).toThrow(problem);
});
