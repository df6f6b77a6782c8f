import { arch } from 'node:process';
import type { Platform } from './descriptor.ts';
import { invalidPlatform } from './faults.ts';

/** Names of processors that other tools use beside those of Go, with what they mean. */
const OTHER_NAMES: Record<string, Pick<Platform, 'architecture' | 'variant'>> = {
  x64: { architecture: 'amd64' },
  x86_64: { architecture: 'amd64' },
  aarch64: { architecture: 'arm64' },
  armhf: { architecture: 'arm', variant: 'v7' },
};

/** The variant that an architecture has when none is said. */
const USUAL: Record<string, number> = { amd64: 1, arm64: 8, arm: 7 };

/** Linux on a processor like this machine's. */
export function machinePlatform(): Platform {
  return { os: 'linux', architecture: OTHER_NAMES[arch]?.architecture ?? arch };
}

/** Of `os/arch[/variant]`, or of an architecture alone, which is one of Linux. Fault: OCI_PLATFORM_INVALID. */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split('/');
  const [os = '', name = '', variant] = parts.length === 1 ? ['linux', ...parts] : parts;
  if (parts.length > 3 || !parts.every((part) => /^[a-z0-9_.]+$/.test(part)) || name === 'linux')
    throw invalidPlatform(text);
  const known = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined;
  return { os, architecture: name, ...known, ...(variant !== undefined && { variant }) };
}

/** `os/arch[/variant]`. */
export function renderPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}

/** The one that fits best: the variant itself, else the nearest that its processors run as well; undefined when none does. */
export function choosePlatform<T extends { platform?: Platform }>(all: readonly T[], wanted: Platform): T | undefined {
  const limit = variantOf(wanted);
  const fits = ({ platform }: T) =>
    platform?.os === wanted.os &&
    platform.architecture === wanted.architecture &&
    (platform.variant === wanted.variant || variantOf(platform) <= limit);
  return all
    .filter(fits)
    .reduce<T | undefined>((best, one) => (best && rank(best) >= rank(one) ? best : one), undefined);
}

function rank({ platform }: { platform?: Platform }): number {
  return platform ? variantOf(platform) : 0;
}

/** Variants of one architecture are numbered, and the larger run what the smaller do. */
function variantOf({ architecture, variant }: Platform): number {
  return variant ? Number.parseFloat(variant.replace(/^v/, '')) : (USUAL[architecture] ?? 0);
}
