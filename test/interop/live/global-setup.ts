import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const cleaner = startCleaner([engine.folder, registry.folder, folder]);
  const stop = async () => {
    await engine.stop();
    await registry.stop();
    await cleaner.clean();
  };
  try {
    const given = { tools, registry: registry.host, engine: { dockerHost: engine.dockerHost, folder: engine.folder } };
    provide('interop', { real: { ...given, artefacts: await makeArtefacts(folder, given) } });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A process of its own that removes the folders when it is told to, or when this process is gone. */
function startCleaner(folders: string[]): { clean(): Promise<void> } {
  const program = join(import.meta.dirname, 'clean-up.ts');
  const child = spawn(process.execPath, [program, ...folders], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  const ended = once(child, 'close');
  return {
    async clean() {
      child.stdin.end();
      await ended;
    },
  };
}
