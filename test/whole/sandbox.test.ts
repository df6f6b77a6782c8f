import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, dema, makePlace, type Place } from './dema.ts';

const DESCRIPTOR = 'api = "0.10"\n[buildpack]\nid = "example/probe"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n';

let place: Place;
let app: string;

beforeAll(async () => {
  place = await makePlace();
  app = join(place.folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'server.js'), '');
});

afterAll(() => place.remove());

/** A buildpack that says yes and runs these lines of shell in its build. */
async function writeProbe(name: string, build: string): Promise<string> {
  const folder = join(place.folder, name);
  await mkdir(join(folder, 'bin'), { recursive: true });
  await writeFile(join(folder, 'buildpack.toml'), DESCRIPTOR);
  for (const [phase, script] of Object.entries({ detect: 'echo yes', build })) {
    await writeFile(join(folder, 'bin', phase), `#!/bin/bash\n${script}\n`);
    await chmod(join(folder, 'bin', phase), 0o755);
  }
  return folder;
}

test('a buildpack is an ordinary user and sees nothing of the host', async () => {
  const secret = join(place.folder, 'secret.txt');
  await writeFile(secret, 'TREASURE');
  const probe = await writeProbe(
    'host',
    `id -u; id -g; umask; echo "$HOME $PWD"
     cat ${secret} 2>/dev/null || echo unseen
     env | grep -c TREASURE || true
     ls -d /proc/[0-9]* | wc -l
     for place in / /usr /cnb /cnb/buildpacks /layers /layers/dema_nodejs /platform /workspace "$CNB_LAYERS_DIR" /tmp "$HOME"; do
       touch "$place/x" 2>/dev/null && echo "$place"
     done
     exit 9`,
  );
  const env = { ...place.env, A_SECRET: 'TREASURE' };
  const args = ['build', app, '--buildpack', 'dema/nodejs', '--buildpack', probe, '--json'];
  const { code, stdout } = await dema(args, { ...place, env });
  const lines = stdout
    .split('\n')
    .filter((line) => line.includes('"buildpack-output"') && line.includes('example/probe'))
    .map((line) => JSON.parse(line).line);
  const [uid, gid, umask, folders, file, secrets, processes, ...writable] = lines;
  expect({ uid, gid, umask, folders, file, secrets }).toEqual({
    uid: '1001',
    gid: '1000',
    umask: '0022',
    folders: '/home/cnb /workspace',
    file: 'unseen',
    secrets: '0',
  });
  expect(Number(processes)).toBeLessThan(10);
  expect(writable).toEqual(['/workspace', '/layers/example_probe', '/tmp', '/home/cnb']);
  expect(code).toBe(51);
});

test('what a buildpack leaves running ends with it', async () => {
  const probe = await writeProbe('lingering', 'sleep 62.25 & echo started');
  const { code } = await dema(['build', app, '--buildpack', probe, '--tag', 'lingering'], place);
  expect(code).toBe(0);
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain('sleep 62.25');
});

test('without network there is none', async () => {
  const probe = await writeProbe('network', 'ls /sys/class/net 2>/dev/null; cat /proc/net/dev | grep -c : ; exit 1');
  const { stdout } = await dema(['build', app, '--buildpack', probe, '--network', 'none', '--json'], place);
  const lines = stdout.split('\n').filter((line) => line.includes('"buildpack-output"'));
  expect(lines.map((line) => JSON.parse(line).line)).toEqual(['1']);
});

test('a machine that refuses user namespaces is told by the setting that refuses them', async () => {
  const probe = await writeProbe('never', 'true');
  await dema(['build', app, '--buildpack', probe, '--tag', 'before'], place);
  const limit = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$@"';
  const args = [
    '--user',
    '--map-root-user',
    'sh',
    '-c',
    limit,
    process.execPath,
    BIN,
    'build',
    app,
    '--buildpack',
    probe,
  ];
  let output = '';
  try {
    execFileSync('unshare', args, { env: place.env, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    output = (error as { stderr: string }).stderr;
  }
  expect(output).toContain('(ENGINE_NAMESPACES_REFUSED)');
  expect(output).toContain('user.max_user_namespaces is 0');
  expect(output).toContain('what to do: Run `sysctl user.max_user_namespaces');
});
