import { join } from 'node:path';
import type { Image } from '@dema/oci';
import type { Builder } from './builder.ts';
import { followLinks } from './mount-points.ts';
import { readOutput } from './read-output.ts';

/** What an image is for: `[run-image.target]` of analyzed.toml (Platform specification). Empty texts are unknown. */
export interface RunTarget {
  os: string;
  arch: string;
  variant: string;
  distroName: string;
  distroVersion: string;
}

/** Of the run image. A run image that does not name its distribution has that of the build image, as with the lifecycle. */
export async function readRunTarget({
  runImage,
  buildImage,
}: Pick<Builder, 'runImage' | 'buildImage'>): Promise<RunTarget> {
  const { os, architecture: arch, variant = '' } = runImage.image.config;
  const labelled = findDistro(runImage.image);
  const { distroName, distroVersion } = labelled ?? (await readDistro(buildImage));
  return { os, arch, variant, distroName, distroVersion };
}

type Distro = Pick<RunTarget, 'distroName' | 'distroVersion'>;

function findDistro({ config }: Image): Distro | undefined {
  const labels = config.config?.Labels ?? {};
  const [name, version] = ['name', 'version'].map((key) => labels[`io.buildpacks.base.distro.${key}`]);
  if (name === undefined && version === undefined) return undefined;
  return { distroName: name ?? '', distroVersion: version ?? '' };
}

/** Of a build image: what it says itself, else what its files say. */
export async function readDistro({ tree, target }: Pick<Builder['buildImage'], 'tree' | 'target'>): Promise<Distro> {
  if (target.distroName || target.distroVersion) return target;
  const read = async (path: string) => readOutput(join(tree, await followLinks(path, [tree])));
  const texts = await Promise.all(['usr/lib/os-release', 'etc/os-release'].map(read));
  const lines = (texts.find((text) => text !== undefined) ?? '').split('\n');
  const findValue = (name: string) => {
    const line = lines.find((one) => one.startsWith(`${name}=`)) ?? '';
    return line.slice(name.length + 1).replace(/^[\s"']+|[\s"']+$/g, '');
  };
  return { distroName: findValue('ID'), distroVersion: findValue('VERSION_ID') };
}

/** `linux/arm64/v8, debian 13`. */
export function targetText({ os, arch, variant, distroName, distroVersion }: RunTarget): string {
  const platform = [os || 'any system', arch, variant].filter(Boolean).join('/');
  const distro = [distroName, distroVersion].filter(Boolean).join(' ');
  return distro ? `${platform}, ${distro}` : platform;
}
