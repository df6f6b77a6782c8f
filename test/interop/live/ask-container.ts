import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort } from '../../whole/dema.ts';
import { openPodman } from './podman-service.ts';
import type { Setting } from './setting.ts';

/**
 * Starts an image in the container engine, asks for the paths once it answers, and gives status and body of each.
 * @param options of `podman run`
 */
export async function askContainer(
  { engine }: Pick<Setting, 'engine'>,
  image: string,
  paths: string[],
  options: string[] = [],
): Promise<{ status: number; body: string }[]> {
  const podman = openPodman(engine);
  const port = await findFreePort();
  const started = await podman(['run', '--detach', '--pull', 'always', '--env', `PORT=${port}`, ...options, image]);
  if (started.code !== 0) throw new Error(`podman cannot run ${image}:\n${started.stderr}`);
  const container = started.stdout.trim();
  const address = `http://127.0.0.1:${port}`;
  try {
    while (
      !(await fetch(address).then(
        () => true,
        () => false,
      ))
    ) {
      const { stdout } = await podman(['inspect', '--format', '{{.State.Running}}', container]);
      if (stdout.trim() !== 'true') throw new Error(`${image} ended:\n${(await podman(['logs', container])).stderr}`);
      await wait(50);
    }
    const answers = paths.map(async (path) => {
      const answer = await fetch(`${address}${path}`);
      return { status: answer.status, body: await answer.text() };
    });
    return await Promise.all(answers);
  } finally {
    await podman(['rm', '--force', '--time', '0', container]);
  }
}
