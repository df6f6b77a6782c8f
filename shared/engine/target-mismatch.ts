import { type BuildpackDescriptor, inferTargets, type Target } from '@dema/spec';
import { type RunTarget, targetText } from './run-target.ts';

/**
 * Why a buildpack cannot build for the run image (or the build image, where a builder is made), or undefined when it can. What one of both leaves open matches anything;
 * of the distributions that a target lists one must match (Platform specification, "Target Data"). `hasBuild`: whether the buildpack has a `bin/build`.
 */
export function findTargetMismatch(
  descriptor: Pick<BuildpackDescriptor, 'api' | 'stacks' | 'targets'>,
  hasBuild: boolean,
  run: RunTarget,
  image: 'run image' | 'build image' = 'run image',
): string | undefined {
  const targets = inferTargets(descriptor, hasBuild);
  if (targets.length === 0 || targets.some((target) => matches(target, run))) return undefined;
  return `it is for ${targets.flatMap(textsOf).join(' or ')}, but the ${image} is ${targetText(run)}`;
}

function matches({ os, arch, variant, distros }: Target, run: RunTarget): boolean {
  const isPlatform = isAlike(os, run.os) && isAlike(arch, run.arch) && isAlike(variant, run.variant);
  if (!isPlatform || distros.length === 0) return isPlatform;
  if (!run.distroName && !run.distroVersion) return false;
  return distros.some(({ name, version }) => isAlike(name, run.distroName) && isAlike(version, run.distroVersion));
}

function isAlike(wanted: string | undefined, found: string): boolean {
  return !wanted || !found || wanted === found;
}

function textsOf({ os = '', arch = '', variant = '', distros }: Target): string[] {
  const listed = distros.length > 0 ? distros : [{}];
  return listed.map(({ name = '', version = '' }: Target['distros'][number]) =>
    targetText({ os, arch, variant, distroName: name, distroVersion: version }),
  );
}
