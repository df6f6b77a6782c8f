import { basename, resolve } from 'node:path';
import { type BuildEvent, buildImage, type ExportedImage } from '@dema/engine';
import { readNpmConfig } from '@dema/fetch';
import { parseReference, referenceFromName } from '@dema/oci';
import { openDestination } from './destination.ts';
import { makeBuilder } from './make-builder.ts';
import { createBuildReporter, createJsonReporter } from './report-build.ts';
import { createPreparationReporter } from './report-preparation.ts';
import { withStop } from './stop.ts';
import type { Workplace } from './workplace.ts';

export interface BuildAppOptions {
  /** Name of the image; without one it is the folder's. */
  tag?: string;
  builder: string;
  buildpack?: string[];
  env: Record<string, string>;
  network: string;
  output: string;
  clearCache?: boolean;
  json?: boolean;
}

/** Builds the app in a folder and tells of it: in lines for people on standard error, or in events on standard output. */
export async function buildApp(workplace: Workplace, path: string, options: BuildAppOptions): Promise<ExportedImage> {
  const app = resolve(path);
  const reference = options.tag ? parseReference(options.tag) : referenceFromName(basename(app));
  const images = openDestination(workplace, options.output);
  const onEvent: (event: BuildEvent) => void = options.json
    ? createJsonReporter(process.stdout)
    : createBuildReporter(process.stderr);
  const preparation = options.json ? undefined : createPreparationReporter(process.stderr);
  const { env } = process;
  return withStop(async (signal) => {
    const [builder, npm] = await Promise.all([
      makeBuilder(workplace, options.builder, { env, buildpacks: options.buildpack, preparation }),
      readNpmConfig(env),
    ]);
    return buildImage({
      ...workplace,
      images,
      app,
      reference,
      builder,
      npm,
      hostEnv: env,
      env: options.env,
      network: options.network !== 'none',
      clearCache: options.clearCache ?? false,
      onEvent,
      signal,
    });
  });
}
