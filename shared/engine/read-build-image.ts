import type { Fault } from '@dema/errors';
import { findEnv, type Image, makeImageTree } from '@dema/oci';
import type { Store } from '@dema/store';
import { type Builder, DEFAULT_HOME } from './builder.ts';
import { buildImageInvalid } from './faults.ts';
import { readImageUser } from './image-user.ts';

const OWN_PLATFORM = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;

/** Faults for an image that nothing can be built in, and for one of another platform than this machine. */
interface Refusals {
  invalid(reason: string): Fault;
  otherPlatform(platform: string): Fault;
}

/** The build image that a builder names, as `unpackBuildImage` gives it. Faults: ENGINE_BUILD_IMAGE_INVALID, OCI_*, ARCHIVE_*. */
export function readBuildImage(store: Store, image: Image, builder: string): Promise<Builder['buildImage']> {
  return unpackBuildImage(store, image, {
    invalid: (reason) => buildImageInvalid(builder, reason),
    otherPlatform: (platform) =>
      buildImageInvalid(builder, `it is for ${platform}, and this machine is ${OWN_PLATFORM}`),
  });
}

/**
 * What an image gives to a build that is run in it (Platform specification, "Build Image"). Its file system is unpacked once.
 * Faults: those of `refuse`, OCI_*, ARCHIVE_*.
 */
export async function unpackBuildImage(store: Store, image: Image, refuse: Refusals): Promise<Builder['buildImage']> {
  const { os, architecture: arch, config } = image.config;
  if (`${os}/${arch}` !== OWN_PLATFORM) throw refuse.otherPlatform(`${os}/${arch}`);
  const user = readId(image, 'CNB_USER_ID', /^[1-9]\d*$/, refuse);
  const group = readId(image, 'CNB_GROUP_ID', /^\d+$/, refuse);
  const tree = await makeImageTree(store, image.layers);
  const labels = config?.Labels ?? {};
  return {
    ...{ tree, user, group, home: await findHome(tree, user), env: config?.Env ?? [] },
    target: {
      os,
      arch,
      distroName: labels['io.buildpacks.base.distro.name'] ?? '',
      distroVersion: labels['io.buildpacks.base.distro.version'] ?? '',
    },
  };
}

/** Builds do not run as root. */
function readId(image: Image, variable: string, form: RegExp, refuse: Refusals): number {
  const value = findEnv(image, variable);
  if (value === undefined || !form.test(value))
    throw refuse.invalid(value ? `its ${variable} is "${value}"` : `it has no variable ${variable}`);
  return Number(value);
}

async function findHome(tree: string, user: number): Promise<string> {
  const { home } = await readImageUser([tree], String(user));
  return home === '/' ? DEFAULT_HOME : home;
}
