import type { TarEntry } from '@dema/archive';
import { createLayer, type Layer } from '@dema/oci';
import { type LifecycleInfo, parseLifecycleToml } from '@dema/spec';
import type { Store } from '@dema/store';
import { lifecycleInvalid } from './faults.ts';

/** The lifecycle as a builder holds it, in `/cnb/lifecycle`. */
export interface BuilderLifecycle {
  info: LifecycleInfo;
  layer: Layer;
}

export interface LifecycleSource {
  /** As a person names it. */
  name: string;
  /** Members of an archive, a folder or the layers of an image; of two of one name the later counts. */
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>;
  /** Known otherwise; without it a `lifecycle.toml` is among the entries. */
  info?: LifecycleInfo;
  /** Go's name of what its programs must run on. */
  architecture: string;
}

const FOLDER = '/cnb/lifecycle';
const ROOT = { uid: 0, gid: 0 };

/** What platforms start; pack wants the same. */
const PROGRAMS = ['analyzer', 'builder', 'creator', 'detector', 'exporter', 'launcher', 'restorer'];

/** Processors in the header of a Linux program. */
const MACHINES: Record<number, string> = { 62: 'amd64', 183: 'arm64', 21: 'ppc64le', 22: 's390x' };

/**
 * The layer with the lifecycle, made of what its releases are. Headers stay as the release has them, as pack leaves them.
 * Faults: ENGINE_LIFECYCLE_INVALID, SPEC_TOML_INVALID, SPEC_VALUE_INVALID.
 */
export async function createLifecycleLayer(store: Store, source: LifecycleSource): Promise<BuilderLifecycle> {
  const { name, architecture } = source;
  const { descriptor, files } = await collectFiles(source);
  if (descriptor === undefined && !source.info) throw lifecycleInvalid(name, 'it has no lifecycle.toml');
  const info = source.info ?? parseLifecycleToml(descriptor ?? '', `${name}: lifecycle.toml`);
  const missing = PROGRAMS.filter((program) => !files.has(program));
  if (missing.length > 0) throw lifecycleInvalid(name, `the programs ${missing.join(', ')} are missing`);
  const machine = [...files.values()].flatMap((file) => findMachine(file) ?? [])[0];
  if (machine !== undefined && machine !== architecture)
    throw lifecycleInvalid(name, `its programs are for ${machine}, and the builder is for ${architecture}`);
  const entries: TarEntry[] = [
    { path: FOLDER, type: 'directory', mode: 0o755, ...ROOT, size: 0 },
    ...[...files].map(([file, entry]) => placed(entry, file)),
    { path: '/lifecycle', type: 'symlink', mode: 0o644, ...ROOT, size: 0, linkPath: FOLDER },
  ];
  return { info, layer: await createLayer(store, entries, { createdBy: `Lifecycle: ${info.version}` }) };
}

/** A hard link names another member, which has moved too. */
function placed(entry: TarEntry, file: string): TarEntry {
  const target = entry.linkPath?.split('/').at(-1);
  return { ...entry, path: `${FOLDER}/${file}`, ...(entry.type === 'hardlink' && { linkPath: `${FOLDER}/${target}` }) };
}

/** All of a release is some 30 MB; it is held in memory. */
const MOST = 512 * 1024 * 1024;

async function collectFiles({
  name: source,
  entries,
}: LifecycleSource): Promise<{ descriptor?: string; files: Map<string, TarEntry> }> {
  const files = new Map<string, TarEntry>();
  let descriptor: string | undefined;
  let size = 0;
  for await (const entry of entries) {
    const [, path = ''] = /^\/?(?:cnb\/)?(lifecycle(?:\.toml|\/[^/]+))$/.exec(entry.path) ?? [];
    const name = path.slice('lifecycle/'.length);
    if (path === '' || entry.type === 'directory' || /^\.+$/.test(name)) continue;
    size += entry.size;
    if (size > MOST) throw lifecycleInvalid(source, 'its files are larger than 512 MB');
    const file = await withContent(entry);
    if (path === 'lifecycle.toml') descriptor = contentOf(file).toString();
    else files.set(name, file);
  }
  return { descriptor, files };
}

/** An archive gives a body once. */
async function withContent(entry: TarEntry): Promise<TarEntry> {
  if (entry.type !== 'file') return entry;
  const pieces: Uint8Array[] = [];
  for await (const piece of entry.body?.() ?? []) pieces.push(Uint8Array.from(piece));
  return { ...entry, body: () => pieces };
}

function contentOf(entry: TarEntry): Buffer {
  return Buffer.concat([...((entry.body?.() ?? []) as Iterable<Uint8Array>)]);
}

function findMachine(entry: TarEntry): string | undefined {
  if (entry.type !== 'file') return undefined;
  const header = contentOf(entry).subarray(0, 20);
  if (header.length < 20 || header.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const machine = header[5] === 2 ? header.readUInt16BE(18) : header.readUInt16LE(18);
  return MACHINES[machine] ?? `another processor (${machine})`;
}
