import type { BuildpackDescriptor } from '@dema/spec';
import { RUNTIME_ID } from './builder.ts';
import { mergeStacks } from './merge-stacks.ts';
import { dependencyUnused, referenceMissing, referenceUnversioned, stacksIncompatible } from './package-faults.ts';

/**
 * That a package is whole: every buildpack that an order names is in it by its version, everything in it is named by an order
 * (but for our runtime, which only has to be there), and there is a stack that all of them run on. As pack has it.
 * Faults: ENGINE_PACKAGE_*.
 */
export function checkPackage(main: BuildpackDescriptor, others: readonly BuildpackDescriptor[]): void {
  const present = new Set(others.map(nameOf));
  const wanted = new Set<string>();
  for (const descriptor of [main, ...others]) {
    for (const { id, version } of descriptor.order?.flat() ?? []) {
      if (!version) throw referenceUnversioned(nameOf(descriptor), id);
      if (!present.has(`${id}@${version}`))
        throw referenceMissing(nameOf(descriptor), `${id}@${version}`, [...present]);
      wanted.add(`${id}@${version}`);
    }
  }
  const unused = others.find((one) => one.buildpack.id !== RUNTIME_ID && !wanted.has(nameOf(one)));
  if (unused) throw dependencyUnused(nameOf(main), nameOf(unused));
  if (mergeStacks([main, ...others]).length === 0) throw stacksIncompatible([main, ...others].flatMap(describeStacks));
}

function nameOf({ buildpack }: BuildpackDescriptor): string {
  return `${buildpack.id}@${buildpack.version}`;
}

function describeStacks(descriptor: BuildpackDescriptor): string[] {
  const ids = descriptor.stacks.map(({ id }) => id);
  return ids.length > 0 ? [`${nameOf(descriptor)}: ${ids.join(', ')}`] : [];
}
