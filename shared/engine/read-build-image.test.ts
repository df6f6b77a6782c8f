import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyImage, type Image, setConfig } from '@dema/oci';
import { openStore, removeFolder } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBuildImage } from './read-build-image.ts';

const OWN = process.arch === 'x64' ? 'amd64' : process.arch;

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-read-build-image-'));
});
afterAll(() => removeFolder(root));

function image(env: string[], architecture = OWN): Image {
  return setConfig(emptyImage({ os: 'linux', architecture }), { Env: env });
}

const read = async (given: Image) => readBuildImage(await openStore(root), given, './mine');

test('user, group and variables are those of the image', async () => {
  const env = ['CNB_USER_ID=2001', 'CNB_GROUP_ID=0', 'A=b'];
  expect(await read(image(env))).toMatchObject({ user: 2001, group: 0, env, target: { os: 'linux', arch: OWN } });
});

test.each([
  ['it has no variable CNB_USER_ID', image([])],
  ['its CNB_USER_ID is "0"', image(['CNB_USER_ID=0', 'CNB_GROUP_ID=0'])],
  ['its CNB_GROUP_ID is "x"', image(['CNB_USER_ID=1', 'CNB_GROUP_ID=x'])],
  [`it is for linux/s390x, and this machine is linux/${OWN}`, image([], 's390x')],
])('is refused: %s', async (reason, given) => {
  await expect(read(given)).rejects.toMatchObject({
    code: 'ENGINE_BUILD_IMAGE_INVALID',
    problem: `The build image of the builder ./mine is none: ${reason}.`,
  });
});
