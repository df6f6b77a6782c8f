import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import type { TestProject } from 'vitest/node';
import { startDockerRegistry } from './docker-registry.ts';
import { findMissing } from './find-missing.ts';
import { makeArtefacts } from './make-artefacts.ts';
import { startPodmanService } from './podman-service.ts';
import { buildRealTools } from './real-tools.ts';

/** Starts what all files of tests share, and makes the builder in it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const missing = await findMissing(process.env);
  if (missing !== undefined) {
    provide('interop', { missing });
    return async () => undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), 'dema-interop-'));
  const tools = await buildRealTools();
  const registry = await startDockerRegistry();
  const engine = await startPodmanService([registry.host]);
  const stop = async () => {
    await engine.stop();
    await registry.stop();
    await removeFolder(folder);
  };
  // Ctrl-C ends vitest before it calls what is returned here.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop().finally(() => process.exit(130)));
  }
  try {
    const given = { tools, registry: registry.host, engine: { dockerHost: engine.dockerHost, folder: engine.folder } };
    provide('interop', { real: { ...given, artefacts: await makeArtefacts(folder, given) } });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
