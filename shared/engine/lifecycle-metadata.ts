import type { Image } from '@dema/oci';
import { type LifecycleMetadata, parseLifecycleLabel } from '@dema/spec';

export type { BuildpackLayers, LayerMetadata, LifecycleMetadata } from '@dema/spec';

/** The label `io.buildpacks.build.metadata` (Platform specification, "Labels"), keys in the lifecycle's order. */
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
export const EXEC_ENV_LABEL = 'io.buildpacks.exec-env';
export const PROJECT_LABEL = 'io.buildpacks.project.metadata';

/** The label of an image that an earlier build made; an image without one, or with a broken one, is as good as none. */
export function findLifecycleMetadata(image: Image): LifecycleMetadata | undefined {
  const label = image.config.config?.Labels?.[LIFECYCLE_LABEL];
  return label === undefined ? undefined : parseLifecycleLabel(label);
}
