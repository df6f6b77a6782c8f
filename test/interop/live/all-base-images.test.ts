import { join } from 'node:path';
import { exec } from '@dema/exec';
import { afterAll, beforeAll, expect } from 'vitest';
import { readCases } from '../../apps/case.ts';
import { readImageFigures, TOLERANCE } from '../../whole/base-images-page.ts';
import { dema, makePlace, type Place } from '../../whole/dema.ts';
import { ownEnv } from '../go.ts';
import { askContainer } from './ask-container.ts';
import { describeBuilder } from './make-artefacts.ts';
import { openPack } from './pack.ts';
import { openPodman } from './podman-service.ts';
import { test } from './setting.ts';

/** Images of `full` take minutes the first time. */
const LONG = 900_000;
const BASES = ['tiny', 'base', 'full'];
const APPS = join(import.meta.dirname, '../../apps/nodejs');

const figures = await readImageFigures();
const cases = (await readCases()).filter(({ fault }) => fault === undefined);

let place: Place;

beforeAll(async () => {
  place = await makePlace();
});

afterAll(() => place.remove());

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await dema(args, place);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

interface Created {
  image: 'build' | 'run';
  reference: string;
  digest: string;
  platforms: { architecture: 'amd64' | 'arm64'; packages: number; size: number }[];
}

async function create(registry: string, base: string, architectures = 'amd64,arm64'): Promise<Created[]> {
  const args = ['--arch', architectures, '--publish', '--tag', `${registry}/base/${base}:13`, '--json'];
  const lines = (await run('base', 'create', base, ...args)).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

test.for(BASES)(
  'a container engine runs each image of %s, which has the size that the page tells',
  { timeout: LONG },
  async (base, { real }) => {
    const podman = openPodman(real.engine);
    for (const { image, reference, digest, platforms } of await create(real.registry, base)) {
      const told = figures.find((one) => one.role === image && one.base === base);
      for (const { architecture, packages, size } of platforms) {
        expect(size / 1e6, `${reference} ${architecture}`).toBeLessThan(told?.budget ?? 0);
        expect(Math.abs(size / 1e6 - (told?.[architecture] ?? 0)) / (size / 1e6)).toBeLessThan(TOLERANCE);
        expect(packages).toBeGreaterThan(0);
      }
      const skopeo = ['inspect', '--tls-verify=false', '--format', '{{.Digest}} {{.Os}}', `docker://${reference}`];
      expect((await exec('skopeo', skopeo, { env: ownEnv() })).stdout).toBe(`${digest} linux\n`);
      const shell = await podman(['run', '--rm', reference, 'sh', '-c', 'id -u; id -g']);
      if (base === 'tiny' && image === 'run') expect(shell.stderr).toContain('executable file not found');
      else expect(shell).toMatchObject({ code: 0, stdout: image === 'run' ? '1002\n1000\n' : '1001\n1000\n' });
    }
  },
);

test('pack takes tiny for a builder, and builds with it', { timeout: LONG }, async ({ real }) => {
  const [build, run] = await create(real.registry, 'tiny', process.arch === 'arm64' ? 'arm64' : 'amd64');
  const pack = await openPack(place.folder, real);
  const [builder, image] = [`${real.registry}/packs/tiny-builder`, `${real.registry}/packs/on-tiny`];
  const images = { buildImage: build?.reference ?? '', runImage: run?.reference ?? '' };
  await pack.createBuilder(builder, { ...describeBuilder(real.artefacts), ...images });
  const options = ['--builder', builder, '--publish', '--trust-builder', ...(await pack.networkOptions())];
  await pack(['build', image, '--path', join(APPS, 'express'), ...options]);
  expect(await askContainer(real, image, ['/'])).toEqual([{ status: 200, body: 'Hello from Express\n' }]);
  const { remote_info: info } = JSON.parse((await pack(['inspect', image, '--output', 'json'])).stdout);
  expect(info).toMatchObject({ stack: 'io.dema.stacks.trixie.tiny', rebasable: true });
});

test('native code is compiled on full', { timeout: LONG }, async ({ real }) => {
  const name = `${real.registry}/apps/native:1`;
  await run('build', join(APPS, 'native'), '--builder', 'full', '--publish', '--tag', name);
  expect(await askContainer(real, name, ['/'])).toEqual([{ status: 200, body: 'the answer is 42\n' }]);
});

test.for(cases)('$name answers as any user of group 0 on a read-only root', async (sample, { real }) => {
  const name = `${real.registry}/apps/any-${sample.name}:1`;
  const env = Object.entries(sample.env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  await run('build', sample.app, '--builder', 'tiny', '--publish', '--tag', name, ...env);
  const paths = sample.http.map(({ path }) => path);
  const answers = await askContainer(real, name, paths, ['--user', '100999:0', '--read-only']);
  expect(answers.map(({ status }) => status)).toEqual(sample.http.map(({ status }) => status));
});
