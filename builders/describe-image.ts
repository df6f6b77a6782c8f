import { type DebianArchitecture, DISTRIBUTION } from '@dema/debian';
import { appendLayers, emptyImage, type Image, type Layer, setConfig } from '@dema/oci';
import { BASE_METADATA_LABEL, renderBaseMetadata } from '@dema/spec';

export type ImageRole = 'build' | 'run';

/** The user that a container of an image runs as. */
export interface ImageUser {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

export interface ImageDescription {
  role: ImageRole;
  /** Of the builder. */
  name: string;
  architecture: DebianArchitecture;
  /** State of the archive, an ISO time. */
  date: string;
  /** What is in it. */
  packages: readonly { name: string; version: string }[];
}

const STACK_ID = `io.dema.stacks.${DISTRIBUTION}`;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const GROUP = 1000;

/** Two users of one group: an app must not be able to change what buildpacks made. */
export function userOf(role: ImageRole): ImageUser {
  return { name: 'cnb', uid: role === 'build' ? 1001 : 1002, gid: GROUP, home: '/home/cnb' };
}

/** The image of the layer, with what the Platform specification asks of base images. */
export function describeImage(layer: Layer, description: ImageDescription): Image {
  const { role, architecture } = description;
  const { uid, gid } = userOf(role);
  const image = appendLayers(emptyImage({ os: 'linux', architecture }), [layer]);
  const ids = [`CNB_USER_ID=${uid}`, `CNB_GROUP_ID=${gid}`, `CNB_STACK_ID=${STACK_ID}`];
  return setConfig(image, {
    User: `${uid}:${gid}`,
    Env: [`PATH=${PATH}`, ...(role === 'build' ? ids : [])],
    Labels: labels(description),
  });
}

function labels({ role, name, date, packages }: ImageDescription): Record<string, string> {
  const description = `Debian 13 ${role} image of the Dema builder ${name}`;
  const day = date.slice(0, 10);
  return {
    'io.buildpacks.base.description': description,
    'io.buildpacks.base.distro.name': 'debian',
    'io.buildpacks.base.distro.version': '13',
    'io.buildpacks.base.maintainer': 'Dema',
    [BASE_METADATA_LABEL]: renderBaseMetadata(packages),
    'io.buildpacks.base.released': day,
    'io.buildpacks.stack.id': STACK_ID,
    'org.opencontainers.image.description': description,
    'org.opencontainers.image.title': `${role}-${name}`,
    'org.opencontainers.image.version': day,
    ...(role === 'run' && { 'io.buildpacks.base.id': STACK_ID, 'io.buildpacks.rebasable': 'true' }),
  };
}
