import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place, runImage } from './dema.ts';

/** Written with the next letter of each where buildpacks could print them, so that the test sees what they saw. */
const SECRETS = ['canary-of-a-folder', 'canary-of-the-former-folder', 'canary-of-cloud-foundry', 'canary-of-a-volume'];

const PROBE = `#!/bin/bash
cd "$SERVICE_BINDING_ROOT"
cat db/password ca/secret/root.pem mounted/token
echo "$VCAP_SERVICES"
cat db/password ca/secret/root.pem mounted/token | tr a-z b-za
echo "root $PWD"
mkdir "$1/some" && echo made > "$1/some/file" && printf '[types]\\nlaunch = true\\n' > "$1/some.toml"
touch db/password 2>/dev/null || echo read-only
`;

const APP = `require('node:http').createServer((_, response) => {
  const root = process.env.SERVICE_BINDING_ROOT;
  response.end(root + ' ' + require('node:fs').readFileSync(root + '/db/password', 'utf8'));
}).listen(process.env.PORT);`;

let place: Place;
let layout: string;

beforeAll(async () => {
  place = await makePlace();
  layout = join(place.folder, 'layout');
  await writeFiles(place.folder, {
    'app/server.js': APP,
    'bindings/db/type': 'postgresql',
    'bindings/db/password': 'canary-of-a-folder\n',
    'bindings/ca/metadata/kind': 'ca-certificates',
    'bindings/ca/secret/root.pem': 'canary-of-the-former-folder\n',
    'mounted/type': 'npmrc',
    'mounted/token': 'canary-of-a-volume\n',
    'probe/buildpack.toml':
      'api = "0.10"\n[buildpack]\nid = "example/probe"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n',
    'probe/bin/detect': '#!/bin/bash\ncat "$SERVICE_BINDING_ROOT/db/password"\n',
    'probe/bin/build': PROBE,
  });
});

afterAll(() => place.remove());

test('a build sees every form of binding, and no image or log holds one of them', async () => {
  const services = JSON.stringify({ sql: [{ name: 'x', credentials: { password: SECRETS[2] } }] });
  const { code, stdout, stderr } = await dema(
    [
      ...['build', join(place.folder, 'app'), '--output', `oci:${layout}`, '--json'],
      ...['--buildpack', 'dema/nodejs', '--buildpack', join(place.folder, 'probe')],
      ...['--binding', join(place.folder, 'bindings'), '--env', `VCAP_SERVICES=${services}`],
      ...['--volume', `${join(place.folder, 'mounted')}:/platform/bindings/mounted`],
    ],
    place,
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('root /platform/bindings');
  expect(stdout).toContain('read-only');
  for (const secret of [SECRETS[0], SECRETS[1], SECRETS[3]] as string[]) {
    expect(stdout).toContain(secret.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1)));
  }
  const blobs = await readBlobs(join(layout, 'blobs/sha256'));
  for (const secret of [...SECRETS, '/platform/bindings']) {
    expect(blobs.filter((blob) => blob.includes(secret))).toEqual([]);
    if (SECRETS.includes(secret)) expect(`${stdout}${stderr}`).not.toContain(secret);
  }
});

test('an app sees its bindings', async () => {
  const running = await runImage([`oci:${layout}`, '--binding', join(place.folder, 'bindings')], place);
  const answer = await (await fetch(`http://127.0.0.1:${running.port}/`)).text();
  running.kill('SIGTERM');
  await running.ended;
  expect(answer).toBe('/bindings canary-of-a-folder\n');
});

/** Every blob of a layout, layers uncompressed. */
async function readBlobs(folder: string): Promise<Buffer[]> {
  const blobs = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
  return blobs.map((blob) => (blob[0] === 0x1f && blob[1] === 0x8b ? gunzipSync(blob) : blob));
}
