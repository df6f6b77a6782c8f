import type { DebianArchitecture } from '@dema/debian';
import { appendLayers, emptyImage, type Image, type Layer, setConfig } from '@dema/oci';
import { BASE_METADATA_LABEL, renderBaseMetadata } from '@dema/spec';
import type { BaseDefinition } from './base-definition.ts';

export interface ImageDescription {
  definition: BaseDefinition;
  architecture: DebianArchitecture;
  /** State of the archive, an ISO time. */
  date: string;
  /** What is in it. */
  packages: readonly { name: string; version: string }[];
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The image of the layer, with what the Platform specification asks of base images, and what pack and kpack still ask of stacks. */
export function describeImage(layer: Layer, description: ImageDescription): Image {
  const { architecture, definition } = description;
  const { role, stackId, user } = definition;
  const image = appendLayers(emptyImage({ os: 'linux', architecture }), [layer]);
  const ids = { CNB_USER_ID: user.uid, CNB_GROUP_ID: user.gid, CNB_STACK_ID: stackId };
  const env = { PATH, ...definition.env, ...(role === 'build' && ids) };
  return setConfig(image, {
    User: `${user.uid}:${user.gid}`,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: { ...labels(description), ...definition.labels },
  });
}

function labels({ definition, date, packages }: ImageDescription): Record<string, string> {
  const { role, name, stackId, maintainer } = definition;
  const about = definition.description || `Debian 13 ${name}`;
  const description = `${about} (${role} image)`;
  const day = date.slice(0, 10);
  const facts = {
    description,
    'distro.name': 'debian',
    'distro.version': '13',
    maintainer,
    released: day,
  };
  const both = Object.entries(facts).flatMap(([key, value]) => [
    [`io.buildpacks.base.${key}`, value],
    [`io.buildpacks.stack.${key}`, value],
  ]);
  return {
    ...Object.fromEntries(both),
    [BASE_METADATA_LABEL]: renderBaseMetadata(packages),
    'io.buildpacks.stack.id': stackId,
    'org.opencontainers.image.description': description,
    'org.opencontainers.image.title': `${role}-${name}`,
    'org.opencontainers.image.vendor': maintainer,
    'org.opencontainers.image.version': day,
    ...(role === 'run' && { 'io.buildpacks.base.id': stackId, 'io.buildpacks.rebasable': 'true' }),
  };
}
