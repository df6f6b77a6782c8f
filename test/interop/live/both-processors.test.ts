import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBody, readTar } from '@dema/archive';
import { afterAll, expect } from 'vitest';
import { dema, makePlace } from '../../whole/dema.ts';
import { TEN_MINUTES } from '../go.ts';
import { renderBuilderToml } from './builder-toml.ts';
import { crane } from './crane.ts';
import { buildLifecycleFor } from './real-tools.ts';
import { type Setting, test } from './setting.ts';

const place = await makePlace();
afterAll(() => place.remove());

/** Numbers of processors in ELF headers, by Go's names. */
const MACHINES = { amd64: 62, arm64: 183 };
const OTHER = process.arch === 'arm64' ? 'amd64' : 'arm64';

const PROGRAMS = [
  /^cnb\/lifecycle\/lifecycle$/,
  /^cnb\/lifecycle\/launcher$/,
  /^cnb\/buildpacks\/dema_runtime\/[^/]+\/bin\/node$/,
  /^cnb\/buildpacks\/dema_runtime\/[^/]+\/launch\/qjs$/,
  /^usr\/bin\/bash$/,
];

/** For which processor the programs of an image in a registry are. */
async function readMachines({ tools }: Setting, name: string, architecture: string): Promise<(number | undefined)[]> {
  const machines: (number | undefined)[] = PROGRAMS.map(() => undefined);
  const program = spawn(tools.crane, ['export', '--platform', `linux/${architecture}`, name, '-']);
  for await (const entry of readTar(program.stdout)) {
    const index = PROGRAMS.findIndex((path) => path.test(entry.path.replace(/^\//, '')));
    if (index >= 0) machines[index] = (await readBody(entry)).readUInt16LE(18);
  }
  return machines;
}

test(
  'a builder of this machine for both processors has the programs of each',
  async ({ real }) => {
    const name = `${real.registry}/dema/builder:both`;
    const config = join(place.folder, 'builder.toml');
    const definition = { buildImage: 'base', runImage: real.artefacts.runImage, order: [['dema/nodejs']] };
    await writeFile(config, renderBuilderToml({ ...definition, buildpacks: ['dema/nodejs'] }));
    const lifecycles = [real.tools.lifecycleArchive, await buildLifecycleFor(OTHER, real.tools)];
    const targets = Object.keys(MACHINES).flatMap((architecture) => ['--target', `linux/${architecture}`]);
    const options = [...targets, ...lifecycles.flatMap((path) => ['--lifecycle', path]), '--publish'];
    const created = await dema(['builder', 'create', name, '--config', config, ...options], place);
    expect(created.code, created.stderr).toBe(0);
    const { manifests } = JSON.parse(await crane(real, ['manifest', name]));
    expect(manifests).toMatchObject(
      Object.keys(MACHINES).map((architecture) => ({ platform: { os: 'linux', architecture } })),
    );
    for (const [architecture, machine] of Object.entries(MACHINES)) {
      expect(await readMachines(real, name, architecture), architecture).toEqual(PROGRAMS.map(() => machine));
    }
  },
  TEN_MINUTES,
);
