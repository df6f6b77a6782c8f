import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DebianArchitecture } from '@dema/debian';
import { type BuildpackFolder, isOfKit, RUNTIME_ID } from '@dema/engine';
import type { MakeBuilderOptions } from './make-builder.ts';
import { runtimeUnsupported } from './package-faults.ts';
import { openRuntimeBuildpack } from './runtime-buildpack.ts';
import type { Workplace } from './workplace.ts';

export interface ProvideRuntimeOptions extends MakeBuilderOptions {
  /** Of what the buildpacks are for, in Go's words. */
  arch: string;
  /** Inside each buildpack that needs it, instead of one for all beside them. */
  selfContained?: boolean;
}

/**
 * Buildpacks with the Node.js that ours run on: beside them once, for one architecture, whether a package brought it along or not.
 * Others need none. Faults: CLI_ARGUMENTS_INVALID for an architecture that ours do not run on, those of `openRuntimeBuildpack`.
 */
export async function provideRuntime(
  workplace: Workplace,
  modules: BuildpackFolder[],
  { arch, selfContained, ...options }: ProvideRuntimeOptions,
): Promise<BuildpackFolder[]> {
  const buildpacks = modules.filter((one) => !isRuntime(one));
  const brought = modules.find(
    (one) => isRuntime(one) && one.descriptor.targets.some((target) => target.arch === arch),
  );
  if (!buildpacks.some(needsRuntime)) return buildpacks;
  if (brought && !selfContained) return [...buildpacks, brought];
  if (!isSupported(arch)) throw runtimeUnsupported(arch);
  const runtime = await openRuntimeBuildpack(workplace, arch, options);
  if (!selfContained) return [...buildpacks, runtime];
  return buildpacks.map((one) =>
    needsRuntime(one) ? { ...one, added: { ...one.added, runtime: runtime.folder } } : one,
  );
}

function isRuntime({ descriptor }: BuildpackFolder): boolean {
  return descriptor.buildpack.id === RUNTIME_ID;
}

/** Whether it is one of ours that does not hold what it runs on itself. */
export function needsRuntime({ descriptor, folder }: BuildpackFolder): boolean {
  return isOfKit(descriptor) && !existsSync(join(folder, 'runtime/bin/node'));
}

function isSupported(arch: string): arch is DebianArchitecture {
  return arch === 'amd64' || arch === 'arm64';
}
