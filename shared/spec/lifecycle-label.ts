/** A digest of a layer's archive, as labels hold it. */
export type Sha = `sha256:${string}`;

/** The label `io.buildpacks.lifecycle.metadata` of an app image (Platform specification, "Labels"), keys in the lifecycle's order. */
export interface LifecycleMetadata {
  app: { sha: Sha }[];
  sbom?: { sha: Sha };
  buildpacks: BuildpackLayers[];
  config: { sha: Sha };
  launcher: { sha: Sha };
  'process-types': { sha: Sha | '' };
  runImage: { topLayer: Sha | ''; reference: string; image?: string; mirrors?: string[] };
  stack?: { runImage: { image: string; mirrors?: string[] } };
}

/** Layers that one buildpack made. */
export interface BuildpackLayers {
  key: string;
  version: string;
  layers: Record<string, LayerMetadata>;
  store?: { metadata: Record<string, unknown> | null };
}

export interface LayerMetadata {
  sha: Sha;
  /** What the buildpack wants to remember; null when its `<layer>.toml` had no metadata. */
  data: unknown;
  build: boolean;
  launch: boolean;
  cache: boolean;
}

/**
 * What another build needs of the label: who made which layers. Whoever wrote the label, a part that is not of its shape is
 * as good as absent; without `buildpacks` there is nothing to be known.
 */
export function parseLifecycleLabel(text: string): LifecycleMetadata | undefined {
  const value = parseJson(text);
  if (!isTable(value) || !Array.isArray(value.buildpacks)) return undefined;
  const shaOf = (part: unknown) => (isTable(part) && isSha(part.sha) ? { sha: part.sha } : undefined);
  const missing = { sha: '' as Sha };
  const { topLayer, reference, image, mirrors } = isTable(value.runImage) ? value.runImage : {};
  return {
    app: Array.isArray(value.app) ? value.app.flatMap((part) => shaOf(part) ?? []) : [],
    sbom: shaOf(value.sbom),
    buildpacks: value.buildpacks.flatMap((one) => parseBuildpackLayers(one) ?? []),
    config: shaOf(value.config) ?? missing,
    launcher: shaOf(value.launcher) ?? missing,
    'process-types': shaOf(value['process-types']) ?? { sha: '' },
    runImage: {
      topLayer: isSha(topLayer) ? topLayer : '',
      reference: isText(reference) ? reference : '',
      ...(isText(image) && { image }),
      ...(Array.isArray(mirrors) && { mirrors: mirrors.filter(isText) }),
    },
  };
}

/** One element of `buildpacks`; undefined when it does not name a buildpack. Layers that are none are left out. */
export function parseBuildpackLayers(value: unknown): BuildpackLayers | undefined {
  if (!isTable(value) || !isText(value.key)) return undefined;
  const { key, version, store } = value;
  const layers = Object.entries(isTable(value.layers) ? value.layers : {}).flatMap(([name, layer]) => {
    const parsed = isFileName(name) ? parseLayer(layer) : undefined;
    return parsed ? [[name, parsed] as const] : [];
  });
  return {
    key,
    version: isText(version) ? version : '',
    layers: Object.fromEntries(layers),
    ...(isTable(store) && { store: { metadata: isTable(store.metadata) ? store.metadata : null } }),
  };
}

function parseLayer(value: unknown): LayerMetadata | undefined {
  if (!isTable(value) || !isSha(value.sha)) return undefined;
  const { sha, build, launch, cache } = value;
  const data = isTable(value.data) ? value.data : null;
  return { sha, data, build: build === true, launch: launch === true, cache: cache === true };
}

/** What a layer is called becomes the name of a file, and must not lead elsewhere. */
function isFileName(name: string): boolean {
  return !/[/\0]/.test(name) && !['', '.', '..'].includes(name);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isSha(value: unknown): value is Sha {
  return isText(value) && /^sha256:[0-9a-f]{64}$/.test(value);
}
