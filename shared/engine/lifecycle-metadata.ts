import type { Image } from '@dema/oci';
import type { Digest } from '@dema/store';

/** Shapes of the labels that the lifecycle writes on app images (Platform specification, "Labels"), keys in its order. */
export interface LifecycleMetadata {
  app: { sha: Digest }[];
  sbom?: { sha: Digest };
  buildpacks: BuildpackLayers[];
  config: { sha: Digest };
  launcher: { sha: Digest };
  'process-types': { sha: Digest | '' };
  runImage: { topLayer: Digest | ''; reference: string; image?: string; mirrors?: string[] };
  stack?: { runImage: { image: string; mirrors?: string[] } };
}

export interface BuildpackLayers {
  key: string;
  version: string;
  layers: Record<string, LayerMetadata>;
  store?: { metadata: Record<string, unknown> | null };
}

export interface LayerMetadata {
  sha: Digest;
  data: unknown;
  build: boolean;
  launch: boolean;
  cache: boolean;
}

export interface BuildLabel {
  buildpacks: { id: string; version: string; homepage?: string }[];
  launcher: { version: string; source: { git: { repository: string; commit: string } } };
  processes: ProcessLabel[];
  'buildpack-default-process-type'?: string;
}

export interface ProcessLabel {
  type: string;
  command: string[];
  args: string[] | null;
  direct: boolean;
  buildpackID: string;
  'working-dir'?: string;
  'exec-env'?: string[];
}

export const LIFECYCLE_LABEL = 'io.buildpacks.lifecycle.metadata';
export const BUILD_LABEL = 'io.buildpacks.build.metadata';
export const PROJECT_LABEL = 'io.buildpacks.project.metadata';

/** The label of an image that an earlier build made; an image without one, or with a broken one, is as good as none. */
export function findLifecycleMetadata(image: Image): LifecycleMetadata | undefined {
  const label = image.config.config?.Labels?.[LIFECYCLE_LABEL];
  if (label === undefined) return undefined;
  try {
    const metadata = JSON.parse(label) as LifecycleMetadata;
    return Array.isArray(metadata.buildpacks) && Array.isArray(metadata.app) ? metadata : undefined;
  } catch {
    return undefined;
  }
}
