import { mkdtemp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PLATFORM_API } from '@dema/spec';
import { openStore } from '@dema/store';
import { openAppRegistry, startContainerRegistry } from '@dema/testkit';
import { startDockerRegistry } from '../interop/live/docker-registry.ts';
import { findMissing } from '../interop/live/find-missing.ts';
import { buildRealTools } from '../interop/live/real-tools.ts';
import { measure } from './measure.ts';

const DEMA = join(import.meta.dirname, '../../scripts/bin/dema.js');
/** How many images the other tools get, one after the other. */
const BY_OTHERS = 20;

interface RebaseRow {
  what: string;
  seconds: number;
  memory?: number;
}

interface Filled {
  host: string;
  folder: string;
  env: NodeJS.ProcessEnv;
  count: number;
}

/** Rebases and rolls out so many app images, each in a repository of its own, in both registries; the official tools beside it. */
export async function benchRebase(folder: string, env: NodeJS.ProcessEnv, count: number): Promise<RebaseRow[]> {
  const own = await startContainerRegistry();
  const rows: RebaseRow[] = [];
  try {
    await fill({ host: own.host, folder, env, count });
    rows.push(...(await benchDema({ host: own.host, folder, env, count }, 'a registry in memory')));
  } finally {
    await own.close();
  }
  const missing = await findMissing(env).catch((error: Error) => error.message);
  if (missing !== undefined) return [...rows, { what: `not beside the official tools: ${missing}`, seconds: 0 }];
  const registry = await startDockerRegistry();
  try {
    const filled = { host: registry.host, folder, env, count };
    await fill(filled);
    rows.push(...(await benchDema(filled, "Debian's docker-registry")), ...(await benchOthers(filled)));
  } finally {
    await registry.stop();
  }
  return rows;
}

/** Two run images, and apps that all stand on the older one. */
async function fill({ host, folder, count }: Filled): Promise<void> {
  const apps = openAppRegistry(await openStore(await mkdtemp(join(folder, 'fill-'))), host);
  const [old, fresh] = await Promise.all(['1', '2'].map((expat) => apps.makeRunImage({ expat, zlib1g: '1' })));
  if (!old || !fresh) throw new Error('there are two run images');
  await apps.push('base/run:old', old);
  await apps.push('base/run:trixie', fresh);
  const names = [...namesOf('app', count), ...['rebaser', 'pack', 'crane'].flatMap((one) => namesOf(one, BY_OTHERS))];
  const waiting = names.values();
  const work = async () => {
    for (const name of waiting) await apps.push(name, await apps.makeApp(name, old));
  };
  await Promise.all(Array.from({ length: 16 }, work));
  await apps.close();
}

function namesOf(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}/${index}:1`);
}

async function benchDema({ host, folder, env, count }: Filled, where: string): Promise<RebaseRow[]> {
  const dema = (...args: string[]) => measure(process.execPath, [DEMA, ...args], { cwd: folder, env });
  const images = `docker://${host}/app/*:1`;
  const report = join(folder, `report-${host.replace(/.*:/, '')}.jsonl`);
  const mended = ['--advisory', 'CVE-2026-12345', '--fixed', 'expat=2'];
  const roll = () => dema('rollout', images, ...mended, '--report', report);
  const rolled = await roll();
  const current = await roll();
  const back = await dema('rollout', '--rollback', report);
  const rebased = await dema('rebase', images);
  return [
    { what: `rebase of ${count} images in ${where}`, ...rebased },
    { what: `roll-out to ${count} images in ${where}`, ...rolled },
    { what: `the same again, which finds nothing to do, in ${where}`, ...current },
    { what: `roll-back of ${count} images in ${where}`, ...back },
  ];
}

async function benchOthers({ host, folder, env, count }: Filled): Promise<RebaseRow[]> {
  const tools = await buildRealTools();
  const rebaser = join(await mkdtemp(join(folder, 'rebaser-')), 'rebaser');
  await symlink(tools.lifecycle, rebaser);
  const others = { ...env, CNB_PLATFORM_API: PLATFORM_API, PACK_HOME: join(folder, 'pack'), HOME: folder };
  const bases = ['--old_base', `${host}/base/run:old`, '--new_base', `${host}/base/run:trixie`];
  const commands: Record<string, (image: string) => [string, string[]]> = {
    rebaser: (image) => [rebaser, [image]],
    pack: (image) => [tools.pack, ['rebase', image, '--publish']],
    crane: (image) => [tools.crane, ['rebase', image, ...bases, '--tag', image]],
  };
  const rows: RebaseRow[] = [];
  for (const [name, command] of Object.entries(commands)) {
    const start = performance.now();
    for (const image of namesOf(name, BY_OTHERS)) {
      const [program, args] = command(`${host}/${image}`);
      await measure(program, args, { cwd: folder, env: others });
    }
    const each = (performance.now() - start) / 1000 / BY_OTHERS;
    rows.push({
      what: `${name === 'pack' ? 'pack rebase' : name} of ${count} images one after the other, by ${BY_OTHERS} of them`,
      seconds: each * count,
    });
  }
  return rows;
}
