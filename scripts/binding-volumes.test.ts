import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { redact } from '@dema/errors';
import { afterAll, expect, test } from 'vitest';
import { chooseVolumes } from './binding-volumes.ts';

const root = await mkdtemp(join(tmpdir(), 'dema-binding-'));
afterAll(() => rm(root, { recursive: true }));
const FILES = {
  'all/db/type': 'postgresql',
  'all/db/password': 'password-of-db',
  'all/ca/metadata/kind': 'ca-certificates',
  'all/ca/secret/key': 'password-of-ca',
  'all/notes/text': 'no binding',
  'all/readme': '',
};
for (const [name, content] of Object.entries(FILES)) {
  await mkdir(dirname(join(root, name)), { recursive: true });
  await writeFile(join(root, name), content);
}

test('one binding, or a folder of them, at the usual place', async () => {
  const one = await chooseVolumes({ binding: [join(root, 'all/db')] }, { A: '1' }, 'build');
  expect(one).toEqual({
    volumes: [{ source: join(root, 'all/db'), target: '/platform/bindings/db', writable: false }],
    env: { A: '1', SERVICE_BINDING_ROOT: '/platform/bindings' },
  });
  const all = await chooseVolumes({ binding: [join(root, 'all')] }, {}, 'run');
  expect(all.volumes.map(({ target }) => target)).toEqual(['/bindings/ca', '/bindings/db']);
});

test('the root that a variable names is kept', async () => {
  const volume = [{ source: join(root, 'all'), target: '/mine', writable: false }];
  const { volumes, env } = await chooseVolumes({ volume }, { SERVICE_BINDING_ROOT: '/mine' }, 'build');
  expect(volumes).toEqual(volume);
  expect(env).toEqual({ SERVICE_BINDING_ROOT: '/mine' });
  expect((await chooseVolumes({ volume }, {}, 'build')).env).toEqual({});
});

test('secrets of folders and of Cloud Foundry are hidden', async () => {
  const VCAP_SERVICES = '{"a": [{"name": "x", "credentials": {"password": "password-of-cf"}}]}';
  await chooseVolumes({ binding: [join(root, 'all')] }, { VCAP_SERVICES }, 'build');
  expect(redact('password-of-db password-of-ca password-of-cf postgresql')).toBe('*** *** *** postgresql');
  await writeFile(join(root, 'services.json'), VCAP_SERVICES.replace('of-cf', 'in-a-file'));
  const volume = [{ source: root, target: '/opt/cf', writable: false }];
  await chooseVolumes({ volume }, { VCAP_SERVICES_FILE_PATH: '/opt/cf/services.json' }, 'build');
  expect(redact('password-in-a-file')).toBe('***');
});

test.each([
  ['all/notes', 'holds no binding'],
  ['all/readme', 'is a file'],
  ['nowhere', 'cannot be read (ENOENT)'],
])('%s is refused: %s', async (folder, reason) => {
  await expect(chooseVolumes({ binding: [join(root, folder)] }, {}, 'build')).rejects.toThrow(reason);
});
