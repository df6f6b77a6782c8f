import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { comparePaths, readTar, type TarEntry } from '@dema/archive';
import { escapeId, renderJson, sortKeys } from '@dema/spec';
import type { PreviousImage } from './analyze.ts';
import { type Builder, LAYERS_DIR } from './builder.ts';
import type { NamedLayer } from './buildpack-layers.ts';
import type { SbomDocuments } from './buildpack-sboms.ts';
import type { BuiltBuildpack } from './built-buildpack.ts';
import { makeLayer } from './layer-of-entries.ts';
import { LARGEST_OUTPUT } from './read-output.ts';
import type { Session } from './session.ts';

/** Where the documents stand in an image (Platform specification, "Layers"). */
const SBOM_DIR = `${LAYERS_DIR}/sbom/launch`;

/** The folder of what the lifecycle adds itself. */
const LIFECYCLE = 'buildpacksio_lifecycle';

/** The layer with all documents about what is in the image. */
export async function makeSbomLayer({ store, builder }: Session, built: BuiltBuildpack[]): Promise<NamedLayer> {
  const layer = await makeLayer(store, sbomEntries(builder, built));
  return { name: 'SBOM', createdBy: 'Software Bill-of-Materials', layer };
}

export function sbomEntries({ buildImage, launcher }: Builder, built: BuiltBuildpack[]): () => TarEntry[] {
  const { user: uid, group: gid } = buildImage;
  const files = new Map<string, string>();
  for (const [extension, document] of Object.entries(launcher.sbom ?? {})) {
    files.set(`${LIFECYCLE}/launcher/sbom.${extension}`, document);
  }
  for (const { descriptor, sboms } of built) {
    const folder = escapeId(descriptor.buildpack.id);
    for (const [layer, documents] of sboms.launch) {
      for (const [extension, document] of Object.entries(documents)) {
        files.set([folder, layer, `sbom.${extension}`].filter(Boolean).join('/'), document);
      }
    }
  }
  files.set('sbom.legacy.json', `${renderLegacy(built)}\n`);
  return () => listEntries(files).map((entry) => ({ ...entry, uid, gid }));
}

/** As the lifecycle's JSON encoder has it: an empty list is null. */
function renderLegacy(built: BuiltBuildpack[]): string {
  const entries = built.flatMap(({ sboms }) => sboms.legacy);
  return renderJson(
    entries.length > 0 ? entries.map((entry) => ({ ...entry, metadata: sortKeys(entry.metadata) })) : null,
  );
}

/** Folders before what is in them, names in the order of their bytes. */
function listEntries(files: Map<string, string>): Omit<TarEntry, 'uid' | 'gid'>[] {
  const folders = new Set([...files.keys()].flatMap((path) => ancestorsOf(path)));
  const paths = [...folders, ...files.keys()].sort((a, b) => compareSegments(a.split('/'), b.split('/')));
  const above = [LAYERS_DIR, `${LAYERS_DIR}/sbom`, SBOM_DIR];
  return [
    ...above.map((path) => describeFolder(path)),
    ...paths.map((path) => {
      const document = files.get(path);
      return document === undefined
        ? describeFolder(`${SBOM_DIR}/${path}`)
        : describeFile(`${SBOM_DIR}/${path}`, document);
    }),
  ];
}

function ancestorsOf(path: string): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}

function compareSegments(a: string[], b: string[]): number {
  const index = a.findIndex((segment, position) => segment !== b[position]);
  const [left, right] = [a[index], b[index]];
  if (left === undefined || right === undefined) return a.length - b.length;
  return comparePaths(left, right);
}

function describeFolder(path: string): Omit<TarEntry, 'uid' | 'gid'> {
  return { path, type: 'directory', mode: 0o755, size: 0 };
}

function describeFile(path: string, document: string): Omit<TarEntry, 'uid' | 'gid'> {
  const bytes = Buffer.from(document);
  return { path, type: 'file', mode: 0o644, size: bytes.length, body: () => [bytes] };
}

/** So many bytes of documents are held, whatever somebody else's image has. */
const MOST_BYTES = 8 * LARGEST_OUTPUT;

/** The documents in an image by their paths below `SBOM_DIR`; none when buildpacks did not make it. What no build writes is left out. */
export async function readSbomLayer({ image, metadata }: PreviousImage): Promise<Map<string, string>> {
  const documents = new Map<string, string>();
  const layer = image.layers.find(({ diffId }) => diffId === metadata.sbom?.sha);
  if (layer === undefined) return documents;
  let bytes = 0;
  for await (const { path, type, size, body } of readTar(layer.read())) {
    const name = `/${path}`.replace(/^\/+/, '/');
    if (type !== 'file' || !body || !name.startsWith(`${SBOM_DIR}/`) || name.split('/').includes('..')) continue;
    if (size > LARGEST_OUTPUT || bytes + size > MOST_BYTES) continue;
    bytes += size;
    documents.set(name.slice(SBOM_DIR.length + 1), await text(Readable.from(body())));
  }
  return documents;
}

/** Those of one layer, out of all documents of an image. */
export function findLayerSboms(documents: Map<string, string>, buildpack: string, layer: string): SbomDocuments {
  const prefix = `${escapeId(buildpack)}/${layer}/sbom.`;
  const found = [...documents].filter(([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'));
  return Object.fromEntries(found.map(([path, document]) => [path.slice(prefix.length), document]));
}
