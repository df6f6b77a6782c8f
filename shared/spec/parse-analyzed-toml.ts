import type { Analyzed, AnalyzedRunImage } from './analyzed-toml.ts';
import {
  findString,
  findTable,
  readFlag,
  readName,
  readString,
  readTables,
  type TomlTable,
  tomlDocument,
} from './toml-place.ts';

type Json = Record<string, unknown>;

/** Reads an `analyzed.toml`; its metadata come out in the form that the label has. */
export function parseAnalyzedToml(text: string, file: string): Analyzed {
  const document = tomlDocument(text, file);
  const [image, buildImage, metadata, runImage] = ['image', 'build-image', 'metadata', 'run-image'].map((key) => {
    return findTable(document, key);
  });
  return {
    image: image && readString(image, 'reference'),
    buildImage: buildImage && readString(buildImage, 'reference'),
    metadata: metadata && readMetadata(metadata),
    runImage: runImage && readRunImage(runImage),
  };
}

function readRunImage(table: TomlTable): AnalyzedRunImage {
  const target = findTable(table, 'target');
  const distro = target && findTable(target, 'distro');
  return {
    reference: readString(table, 'reference'),
    image: findString(table, 'image') || undefined,
    extend: readFlag(table, 'extend') || undefined,
    target: target && {
      id: findString(target, 'id') || undefined,
      os: findString(target, 'os') ?? '',
      arch: findString(target, 'arch') ?? '',
      archVariant: findString(target, 'arch-variant') || undefined,
      distro: distro && { name: findString(distro, 'name') ?? '', version: findString(distro, 'version') ?? '' },
    },
  };
}

/** Parts in the order of the label. */
function readMetadata(table: TomlTable): Json {
  const part = (key: string) => ({ [key]: findTable(table, key)?.value ?? { sha: '' } });
  const [sbom, runImage, stack] = ['sbom', 'run-image', 'stack'].map((key) => findTable(table, key));
  const { 'top-layer': topLayer = '', reference = '', image, mirrors } = runImage?.value ?? {};
  return {
    app: 'app' in table.value ? readTables(table, 'app').map(({ value }) => value) : null,
    ...(sbom && { sbom: sbom.value }),
    buildpacks: 'buildpacks' in table.value ? readTables(table, 'buildpacks').map(readBuildpack) : null,
    ...part('config'),
    ...part('launcher'),
    ...part('process-types'),
    runImage: { topLayer, reference, ...(image !== undefined && { image }), ...(mirrors !== undefined && { mirrors }) },
    ...(stack && { stack: { runImage: findTable(stack, 'run-image')?.value ?? {} } }),
  };
}

function readBuildpack(table: TomlTable): Json {
  const layers = findTable(table, 'layers');
  const names = Object.keys(layers?.value ?? {});
  const store = findTable(table, 'store');
  return {
    key: readName(table, 'key'),
    version: findString(table, 'version') ?? '',
    layers: Object.fromEntries(names.map((name) => [name, layers && readLayer(layers, name)])),
    ...(store && { store: { metadata: findTable(store, 'metadata')?.value ?? null } }),
  };
}

function readLayer(layers: TomlTable, name: string): Json {
  const layer = findTable(layers, name);
  if (layer === undefined) return {};
  const [build, launch, cache] = ['build', 'launch', 'cache'].map((type) => readFlag(layer, type));
  return { sha: findString(layer, 'sha') ?? '', data: layer.value.metadata ?? null, build, launch, cache };
}
