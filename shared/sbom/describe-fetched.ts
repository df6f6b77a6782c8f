import { asFetched, type Dependency, type FetchedDependency } from '@dema/dependencies';
import type { Component } from './component.ts';
import { describeDebianPackage } from './describe-debian-package.ts';
import { describeDependency } from './describe-dependency.ts';

/** A dependency, and what it consists of where it came as Debian packages: those that were taken, which may be newer than those of the inventory. */
export function describeFetched(
  dependency: Dependency,
  fetched: Pick<FetchedDependency, 'source' | 'packages'>,
): Component[] {
  const component = describeDependency(asFetched(dependency, fetched));
  const packages = fetched.packages.map(({ package: taken }) => describeDebianPackage(taken, 'debian-13'));
  return [component, ...packages.map((one) => ({ ...one, partOf: component.purl }))];
}
