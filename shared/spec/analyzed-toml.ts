import { renderToml } from './render-toml.ts';
import { sortKeys } from './sort-keys.ts';

/** What the analyzer knows about the run image. */
export interface AnalyzedRunImage {
  reference: string;
  image?: string;
  extend?: boolean;
  target?: { id?: string; os: string; arch: string; archVariant?: string; distro?: { name: string; version: string } };
}

/** `analyzed.toml`. */
export interface Analyzed {
  /** Reference of the previous app image, when there is one. */
  image?: string;
  buildImage?: string;
  /** The lifecycle's label of the previous app image, in the label's own (JSON) form. */
  metadata?: Record<string, unknown>;
  runImage?: AnalyzedRunImage;
}

export function renderAnalyzedToml({ image, buildImage, metadata, runImage }: Analyzed): string {
  const document = {
    image: image === undefined ? undefined : { reference: image },
    'build-image': buildImage === undefined ? undefined : { reference: buildImage },
    metadata: plainMetadata(metadata ?? {}),
    'run-image': runImage && plainRunImage(runImage),
  };
  // The metadata came out of the JSON of a label, where Go holds every number as a float.
  return renderToml(document, { numbers: 'float' });
}

type Json = Record<string, unknown>;

/** The label in the names that the lifecycle's TOML has for it; parts without a value are written as Go writes empty structs. */
function plainMetadata(label: Json): object {
  const stack = label.stack as { runImage?: Json } | undefined;
  const runImage = (label.runImage ?? {}) as Json;
  return {
    app: label.app,
    sbom: label.sbom,
    buildpacks: (label.buildpacks as Json[] | undefined)?.map(plainBuildpack),
    config: plainSha(label.config),
    launcher: plainSha(label.launcher),
    'process-types': plainSha(label['process-types']),
    'run-image': {
      'top-layer': runImage.topLayer ?? '',
      reference: runImage.reference ?? '',
      image: runImage.image,
      mirrors: runImage.mirrors,
    },
    stack: stack && { 'run-image': { image: stack.runImage?.image, mirrors: stack.runImage?.mirrors } },
  };
}

function plainSha(value: unknown): object {
  return { sha: (value as Json | undefined)?.sha ?? '' };
}

function plainBuildpack({ key, version, layers, store }: Json): object {
  const named = Object.entries(sortKeys((layers ?? {}) as Record<string, Json>));
  return {
    key,
    version,
    layers: Object.fromEntries(named.map(([name, layer]) => [name, plainLayer(layer)])),
    store: store && { metadata: sortKeys((store as Json).metadata) },
  };
}

function plainLayer({ sha, data, build, launch, cache }: Json): object {
  return { sha, metadata: sortKeys(data), build, launch, cache };
}

function plainRunImage({ reference, image, extend, target }: AnalyzedRunImage): object {
  return {
    reference,
    image: image || undefined,
    extend: extend || undefined,
    target: target && {
      id: target.id || undefined,
      os: target.os,
      arch: target.arch,
      'arch-variant': target.archVariant || undefined,
      distro: target.distro && { name: target.distro.name, version: target.distro.version },
    },
  };
}
