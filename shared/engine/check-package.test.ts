import { formatFault, isFault } from '@dema/errors';
import { type BuildpackDescriptor, parseBuildpackToml } from '@dema/spec';
import { expect, test } from 'vitest';
import { checkPackage } from './check-package.ts';
import { mergeStacks } from './merge-stacks.ts';
import { moduleTwice } from './package-faults.ts';

function describe(id: string, rest = ''): BuildpackDescriptor {
  return parseBuildpackToml(`api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${rest}`, id);
}

function composite(id: string, ...references: string[]): BuildpackDescriptor {
  const group = references.map((reference) => {
    const [part, version] = reference.split('@');
    return `[[order.group]]\nid = "${part}"\n${version ? `version = "${version}"\n` : ''}`;
  });
  return describe(id, `[[order]]\n${group.join('')}`);
}

function stacked(id: string, ...stacks: string[]): BuildpackDescriptor {
  const tables = stacks.map((stack) => {
    const [name, mixins = ''] = stack.split('+');
    return `[[stacks]]\nid = "${name}"\n${mixins ? `mixins = [${mixins}]\n` : ''}`;
  });
  return describe(id, tables.join(''));
}

function refusal(main: BuildpackDescriptor, others: BuildpackDescriptor[]): string {
  try {
    checkPackage(main, others);
  } catch (error) {
    if (isFault(error)) return formatFault(error);
    throw error;
  }
  return '';
}

test('a package is whole when orders and contents name each other, through other composites too', () => {
  const all = composite('acme/all', 'acme/inner@1.0.0');
  const inner = composite('acme/inner', 'acme/one@1.0.0');
  expect(refusal(all, [inner, describe('acme/one')])).toBe('');
  expect(refusal(describe('acme/one'), [describe('dema/runtime')])).toBe('');
});

test('what an order names is in the package', () => {
  const main = composite('acme/all', 'acme/one@2.0.0');
  expect(refusal(main, [describe('acme/one')])).toMatchInlineSnapshot(`
    "error: The order of acme/all@1.0.0 names acme/one@2.0.0, which is not in the package.
      | there is: acme/one@1.0.0
    what to do: Add it to the \`[[dependencies]]\` of package.toml, or correct id and version in the order.
    (ENGINE_PACKAGE_INCOMPLETE)"
  `);
  expect(refusal(composite('acme/all', 'acme/one'), [describe('acme/one')])).toMatchInlineSnapshot(`
    "error: The order of acme/all@1.0.0 names acme/one without a version.
    what to do: Write the \`version\` of acme/one in the order, as a package holds one of them.
    (ENGINE_PACKAGE_UNVERSIONED)"
  `);
});

test('what is in the package is named by an order', () => {
  expect(refusal(describe('acme/all'), [describe('acme/one')])).toMatchInlineSnapshot(`
    "error: acme/one@1.0.0 is a dependency of acme/all@1.0.0, and no order names it.
    what to do: Name it in the \`[[order]]\` of the composite buildpack, or take it out of the \`[[dependencies]]\` of package.toml.
    (ENGINE_PACKAGE_DEPENDENCY_UNUSED)"
  `);
});

test('there is a stack for all of it', () => {
  const main = composite('acme/all', 'acme/one@1.0.0', 'acme/two@1.0.0');
  expect(refusal(main, [stacked('acme/one', 'a'), stacked('acme/two', 'b')])).toMatchInlineSnapshot(`
    "error: There is no stack that all buildpacks of the package run on.
      | acme/one@1.0.0: a
      | acme/two@1.0.0: b
    what to do: Use versions of them that have a stack in common, or such as name none.
    (ENGINE_PACKAGE_STACKS_INCOMPATIBLE)"
  `);
});

test('one name for two contents', () => {
  expect(formatFault(moduleTwice('acme/one@1.0.0'))).toMatchInlineSnapshot(`
    "error: Two dependencies bring acme/one@1.0.0, each with other contents.
    what to do: Take both from packages that were made of the same one, or give one of them another version.
    (ENGINE_PACKAGE_AMBIGUOUS)"
  `);
});

test('stacks are those that all have, with the mixins of all', () => {
  const merged = (...all: BuildpackDescriptor[]) => mergeStacks(all).map(({ id, mixins }) => [id, ...mixins].join(' '));
  expect(merged(describe('acme/one'))).toEqual(['*']);
  expect(merged(composite('acme/all', 'acme/one@1.0.0'), stacked('acme/one', 'a', 'b'))).toEqual(['a', 'b']);
  expect(merged(stacked('acme/one', 'a+"y"', 'b'), stacked('acme/two', 'a+"x"'))).toEqual(['a x y']);
  expect(merged(describe('acme/one'), stacked('acme/two', 'a+"b","a"'))).toEqual(['a b a']);
  expect(merged(stacked('acme/one', 'a'), stacked('acme/two', 'b'))).toEqual([]);
});
