import type { Target } from '@dema/spec';
import { targetInvalid } from './package-faults.ts';

const PART = /^[A-Za-z0-9._-]+$/;

/** For `--target`, which may be repeated or have commas. */
export function collectTargets(text: string, all: Target[] = []): Target[] {
  return [...all, ...text.split(',').map(parseTarget)];
}

/** `os[/arch[/variant]][:distro@version[@version...][;distro@version...]]`, as pack has it. Fault CLI_ARGUMENTS_INVALID. */
export function parseTarget(text: string): Target {
  const [platform = '', distros, ...more] = text.split(':');
  const [os = '', arch, variant, ...rest] = platform.split('/');
  if (more.length > 0 || rest.length > 0 || ![os, arch ?? 'any', variant ?? 'any'].every((part) => PART.test(part)))
    throw targetInvalid(text);
  const listed = distros === undefined ? [] : distros.split(';').flatMap((distro) => parseDistro(distro, text));
  return { os, arch, variant, distros: listed };
}

function parseDistro(distro: string, text: string): Target['distros'] {
  const [name = '', ...versions] = distro.split('@');
  if (versions.length === 0 || ![name, ...versions].every((part) => PART.test(part))) throw targetInvalid(text);
  return versions.map((version) => ({ name, version }));
}

/** One for each distribution of a target: a package is made for each of them. */
export function expandTargets(targets: readonly Target[]): Target[] {
  return targets.flatMap((target) =>
    target.distros.length > 1 ? target.distros.map((distro) => ({ ...target, distros: [distro] })) : [target],
  );
}

/** The words of a target, from the system to the distribution; what it leaves open is left out. */
export function targetWords({ os, arch, variant, distros: [distro] }: Target): string[] {
  return [os, arch, variant, distro && `${distro.name}@${distro.version}`].filter((word) => word !== undefined);
}
