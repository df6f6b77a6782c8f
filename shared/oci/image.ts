import type { ContainerConfig, HistoryEntry, ImageConfig } from './image-config.ts';
import type { Layer } from './layer.ts';

/** An image as a value. It is never changed: the functions here return another one. */
export interface Image {
  readonly config: Readonly<ImageConfig>;
  /** The lowest first; as many as `config.rootfs.diff_ids`. */
  readonly layers: readonly Layer[];
  /** Whether manifest and configuration carry the media types of the OCI or those of Docker. */
  readonly format: 'oci' | 'docker';
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The time that the lifecycle gives to images and to everything in them. */
export const FIXED_TIME = '1980-01-01T00:00:01Z';

export function emptyImage({
  os,
  architecture,
  variant,
}: {
  os: string;
  architecture: string;
  variant?: string;
}): Image {
  const config: ImageConfig = {
    architecture,
    os,
    created: FIXED_TIME,
    config: {},
    rootfs: { type: 'layers', diff_ids: [] },
    history: [],
  };
  return { config: { ...config, ...(variant && { variant }) }, layers: [], format: 'oci' };
}

/** Puts layers on top, each with an entry in the history that says what made it. */
export function appendLayers(
  image: Image,
  layers: readonly Layer[],
  { created = FIXED_TIME }: { created?: string } = {},
): Image {
  const { config } = image;
  const history = layers.map(
    ({ createdBy }): HistoryEntry => ({ created, ...(createdBy !== undefined && { created_by: createdBy }) }),
  );
  const diffIds = [...config.rootfs.diff_ids, ...layers.map(({ diffId }) => diffId)];
  return {
    ...image,
    layers: [...image.layers, ...layers],
    config: {
      ...config,
      rootfs: { type: 'layers', diff_ids: diffIds },
      history: [...(config.history ?? []), ...history],
    },
  };
}

/** Replaces settings for containers of the image. */
export function setConfig(image: Image, change: ContainerConfig): Image {
  return { ...image, config: { ...image.config, config: { ...image.config.config, ...change } } };
}

/** Sets a variable: in place where the image has it, else behind the others. */
export function setEnv(image: Image, name: string, value: string): Image {
  const entry = `${name}=${value}`;
  const env = image.config.config?.Env ?? [];
  const isSame = (one: string) => one.startsWith(`${name}=`);
  return setConfig(image, { Env: env.some(isSame) ? env.map((one) => (isSame(one) ? entry : one)) : [...env, entry] });
}

export function findEnv(image: Image, name: string): string | undefined {
  return image.config.config?.Env?.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Adds labels to those of the image, or replaces them. */
export function setLabels(image: Image, labels: Readonly<Record<string, string>>): Image {
  return setConfig(image, { Labels: { ...image.config.config?.Labels, ...labels } });
}

/** Gives the image, and everything in its history, this time (RFC 3339). */
export function setCreated(image: Image, created: string): Image {
  const history = image.config.history?.map((entry) => ({ ...entry, created }));
  return { ...image, config: { ...image.config, created, ...(history && { history }) } };
}
