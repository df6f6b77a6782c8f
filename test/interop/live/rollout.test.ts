import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, removeFolder } from '@dema/store';
import { openAppRegistry } from '@dema/testkit';
import { afterAll, expect } from 'vitest';
import { dema, makePlace } from '../../whole/dema.ts';
import { crane, readConfig } from './crane.ts';
import { openPodman } from './podman-service.ts';
import { test } from './setting.ts';

const COUNT = 100;
const folder = await mkdtemp(join(tmpdir(), 'dema-rollout-'));
const place = await makePlace();
afterAll(() => Promise.all([removeFolder(folder), place.remove()]));

/** Apps in a registry that no other test has a part of. */
async function openApps(registry: string) {
  const apps = openAppRegistry(await openStore(join(folder, 'store')), registry);
  const [old, fresh] = await Promise.all(['1', '2'].map((expat) => apps.makeRunImage({ expat })));
  if (!old || !fresh) throw new Error('there are two run images');
  await apps.push('base/run:trixie', fresh);
  return { apps, old, fresh };
}

async function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  const ended = await dema(args, { ...place, env: { ...place.env, ...env } });
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

test("a roll-out in Debian's registry mounts the run image everywhere, and is taken back", async ({ real }) => {
  const { apps, old, fresh } = await openApps(real.registry);
  const names = Array.from({ length: COUNT }, (_, index) => `rolled/app-${index}:1`);
  for (const name of names) await apps.push(name, await apps.makeApp(name, old));
  await apps.close();
  const [first = ''] = names;
  const before = await crane(real, ['digest', `${real.registry}/${first}`]);
  const report = join(folder, 'report.jsonl');
  const how = ['--advisory', 'CVE-2026-12345', '--fixed', 'expat=2', '--report', report];
  const rolled = await run(['rollout', `docker://${real.registry}/rolled/*:*`, ...how]);
  expect(rolled.stderr).toContain(`CVE-2026-12345: ${COUNT} images\n${COUNT} images: ${COUNT} rebased\n`);
  expect(rolled.stderr).not.toContain('of layers sent');
  expect((await readConfig(real, `${real.registry}/${first}`)).rootfs.diff_ids[0]).toBe(
    fresh.config.rootfs.diff_ids[0],
  );
  const back = await run(['rollout', '--rollback', report]);
  expect(back.stderr).toContain(`${COUNT} images: ${COUNT} put back`);
  expect(await crane(real, ['digest', `${real.registry}/${first}`])).toBe(before);
});

test('an image in a container engine is rebased there', async ({ real }) => {
  const { apps, old, fresh } = await openApps(real.registry);
  const podman = openPodman(real.engine);
  await apps.push('engine/rebased:1', await apps.makeApp('engine', old));
  await apps.close();
  const name = `${real.registry}/engine/rebased:1`;
  expect(await podman(['pull', '--quiet', name])).toMatchObject({ code: 0 });
  const rebased = await run(['rebase', `daemon:${name}`], { DOCKER_HOST: real.engine.dockerHost });
  expect(rebased.stderr).toContain('expat 1 -> 2');
  const { stdout } = await podman(['image', 'inspect', name]);
  expect(JSON.parse(stdout)[0].RootFS.Layers[0]).toBe(fresh.config.rootfs.diff_ids[0]);
});
