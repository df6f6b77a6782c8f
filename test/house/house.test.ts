import { expect, test } from 'vitest';
import { ROOT, readRepository } from './repository.ts';
import { RULES } from './rules.ts';

const repository = readRepository(ROOT);

test.each(RULES)('the repository keeps the rule: $name', (rule) => {
  expect(rule.find(repository)).toEqual([]);
});
