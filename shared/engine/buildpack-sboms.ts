import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BomEntry, type BuildpackDescriptor, type LayerDescriptor, SBOM_TYPES, type SbomType } from '@dema/spec';
import { buildpackFileInvalid } from './faults.ts';
import { readOutput } from './read-output.ts';

/** SBOM documents of one layer by their extensions, such as `cdx.json`. */
export type SbomDocuments = Record<string, string>;

/** What a buildpack says of the contents of its layers and of the app (Buildpack specification, "Software-Bill-of-Materials"). */
export interface BuildpackSboms {
  /** For the image: those of launch layers by name, and those of the app under no name. */
  launch: Map<string, SbomDocuments>;
  /** Of layers that the next build may find again, by name: those for launch and those in the cache. */
  kept: Record<string, SbomDocuments>;
  /** Entries of the unstructured list that preceded SBOMs, `[[bom]]` of launch.toml. */
  legacy: Record<string, unknown>[];
}

const APP = '';

/** `launch.sbom.*`, `build.sbom.*` or `<layer>.sbom.*`; a layer's name ends before the first point. */
const SBOM_FILE = /^([^.]*).*\.sbom\..*\.json$/;

/** Reads what lies in the buildpack's layers folder. A format that its buildpack.toml does not declare is a fault. */
export async function readBuildpackSboms(
  folder: string,
  descriptor: BuildpackDescriptor,
  layers: Map<string, LayerDescriptor>,
  bom: readonly BomEntry[] = [],
): Promise<BuildpackSboms> {
  const sboms: BuildpackSboms = { launch: new Map(), kept: {}, legacy: legacyEntries(bom, descriptor) };
  for (const file of (await readdir(folder)).sort()) {
    const name = SBOM_FILE.exec(file)?.[1];
    const layer = name === undefined ? undefined : layers.get(name);
    if (name === undefined || (layer === undefined && name !== 'launch' && name !== 'build')) continue;
    const extension = requireDeclared(file, descriptor);
    if (name === 'build' || (layer && !layer.launch && !layer.cache)) continue;
    const text = await readOutput(join(folder, file));
    if (text === undefined) continue;
    const target = layer ? name : APP;
    if (!layer || layer.launch) sboms.launch.set(target, { ...sboms.launch.get(target), [extension]: text });
    if (layer) sboms.kept[name] = { ...sboms.kept[name], [extension]: text };
  }
  return sboms;
}

/**
 * Puts the documents of a restored layer beside it. Those of a format that the buildpack does not declare, since another
 * version of it wrote them, are left out: they would count as its mistake.
 */
export async function writeLayerSboms(
  folder: string,
  layer: string,
  documents: SbomDocuments | undefined,
  descriptor: BuildpackDescriptor,
): Promise<void> {
  const declared = SBOM_TYPES.filter((type) => isDeclared(type, descriptor)).map(({ extension }) => extension);
  for (const [extension, text] of Object.entries(documents ?? {})) {
    if (declared.includes(extension)) await writeFile(join(folder, `${layer}.sbom.${extension}`), text);
  }
}

function isDeclared({ mediaType }: SbomType, { buildpack: { sbomFormats } }: BuildpackDescriptor): boolean {
  return sbomFormats.some((type) => type.split(';')[0]?.trim().toLowerCase() === mediaType);
}

function requireDeclared(file: string, descriptor: BuildpackDescriptor): string {
  const { id } = descriptor.buildpack;
  const format = SBOM_TYPES.find(({ extension }) => file.endsWith(`.sbom.${extension}`));
  if (!format) throw buildpackFileInvalid(id, `the file ${file} is of no known SBOM format`);
  if (isDeclared(format, descriptor)) return format.extension;
  const problem = `the file ${file} is of the type ${format.mediaType}, which \`sbom-formats\` in its buildpack.toml does not name`;
  throw buildpackFileInvalid(id, problem);
}

function legacyEntries(bom: readonly BomEntry[], { buildpack: { id, version } }: BuildpackDescriptor) {
  return bom.map(({ name, metadata = null }) => ({ name, metadata, buildpack: { id, version } }));
}
