import { basename, resolve } from 'node:path';
import { type FoundDebianMirror, findDebianMirror } from '@dema/debian';
import { LOCK_FILE } from '@dema/dependencies';
import { type BuiltImage, buildImage, type Clients, checkApp, type ExportedImage } from '@dema/engine';
import { isFault } from '@dema/errors';
import { readNpmConfig } from '@dema/fetch';
import { openRegistryConnections, parseReference, parseRegistryName, referenceFromName } from '@dema/oci';
import { renderReportToml } from '@dema/spec';
import { type LockChoices, readLockFor, writeLock } from './app-lock.ts';
import { determineArchitecture } from './architecture.ts';
import { chooseReporters } from './choose-reporters.ts';
import { determineCreationTime } from './creation-time.ts';
import { findImage, openDestination, outputPath } from './destination.ts';
import { namesNeedStore, networkNeedsSandbox, registryNeedsNetwork } from './faults.ts';
import { checkOutputFile, writeOutputFile } from './output-file.ts';
import { type BuildChoices, prepareBuild } from './prepare-build.ts';
import { digestProgram } from './program-digest.ts';
import { withStop } from './stop.ts';
import type { Workplace } from './workplace.ts';

export interface BuildAppOptions extends BuildChoices, LockChoices {
  /** Names of the image; without one it is the folder's. */
  tag?: string[];
  network: string;
  output: string;
  clearCache?: boolean;
  /** Name of an image whose layers are used again. */
  previousImage?: string;
  /** Execution environment that the image is made for. */
  execEnv?: string;
  defaultProcess?: string;
  creationTime?: string;
  /** File for the specification's `report.toml`. */
  report?: string;
  json?: boolean;
}

/** Builds the app in a folder and tells of it: in lines for people on standard error, or in events on standard output. */
export async function buildApp(workplace: Workplace, path: string, options: BuildAppOptions): Promise<ExportedImage> {
  const connections = openRegistryConnections({ env: process.env });
  return buildWith(workplace, path, { ...options, connections }).finally(() => connections.close());
}

async function buildWith(workplace: Workplace, path: string, options: BuildAppOptions): Promise<ExportedImage> {
  const app = resolve(path);
  await checkApp(app);
  if (options.report) await checkOutputFile(options.report);
  const [reference = referenceFromName(basename(app)), ...others] = (options.tag ?? []).map(parseReference);
  if (others.length > 0 && !['store', 'daemon', 'registry'].includes(options.output))
    throw namesNeedStore(options.output);
  const images = openDestination(workplace, options.output, options);
  const { preparation, onEvent, onProgress, end } = chooseReporters(options.json);
  if (options.offline && options.output === 'registry') throw registryNeedsNetwork();
  if (options.sandbox === 'none' && options.network === 'none') throw networkNeedsSandbox();
  const previous = options.previousImage ? await findImage(workplace, options.previousImage, options) : undefined;
  const network = options.network !== 'none' && !options.offline;
  const lock = await readLockFor(app, options);
  const built = await withStop(async (signal) => {
    const program = await digestProgram(workplace.store);
    const choices = { ...options, program, outputRegistry: registryFor(reference, options) };
    const prepared = await prepareBuild(workplace, app, choices, preparation);
    return buildImage({
      ...workplace,
      ...prepared,
      ...{ program, images, app, reference, previous, lock, network, readClients, onEvent, onProgress, signal },
      leaveOut: [workplace.images.root, ...outputPath(options.output)],
      execEnv: options.execEnv,
      hostEnv: process.env,
      clearCache: options.clearCache ?? false,
      defaultProcess: options.defaultProcess,
      created: determineCreationTime(options.creationTime, process.env),
    });
  }).finally(end);
  for (const other of others) await images.put(other, built.image);
  if (options.lock) await renewLock(app, built);
  if (options.report) await writeReport(options.report, [reference, ...others], built);
  return built;
}

function registryFor(reference: string, { output }: BuildAppOptions): string | undefined {
  return output === 'registry' ? parseRegistryName(reference).host : undefined;
}

async function renewLock(app: string, { resolved }: BuiltImage): Promise<void> {
  const hasChanged = await writeLock(app, resolved, determineArchitecture());
  process.stderr.write(`${LOCK_FILE} ${hasChanged ? 'written: commit it' : 'is as it was'}\n`);
}

async function writeReport(file: string, tags: string[], { digest }: ExportedImage): Promise<void> {
  await writeOutputFile(file, renderReportToml({ tags, digest }));
}

async function readClients(): Promise<Clients> {
  const [npm, debian] = await Promise.all([readNpmConfig(process.env), findMirror()]);
  return { npm, debian };
}

/** A machine without one builds what needs no package of Debian; a buildpack that needs one says that it is missing. */
async function findMirror(): Promise<FoundDebianMirror | undefined> {
  try {
    return await findDebianMirror(process.env);
  } catch (error) {
    if (isFault(error, 'DEBIAN_MIRROR_MISSING')) return undefined;
    throw error;
  }
}
