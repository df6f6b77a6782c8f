import { expect } from 'vitest';
import { openPodman } from './podman-service.ts';
import { test } from './setting.ts';

test('a container engine runs our base images, each as its own user', async ({ real }) => {
  const podman = openPodman(real.engine);
  const run = (image: string) =>
    podman(['run', '--rm', image, 'sh', '-c', 'id -u; id -g; . /etc/os-release; echo $ID $VERSION_ID']);
  const { buildImage, runImage } = real.artefacts;
  expect(await run(buildImage)).toMatchObject({ code: 0, stdout: '1001\n1000\ndebian 13\n' });
  expect(await run(runImage)).toMatchObject({ code: 0, stdout: '1002\n1000\ndebian 13\n' });
});
