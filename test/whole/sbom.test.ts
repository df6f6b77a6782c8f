import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, eventsOf, makePlace, type Place } from './dema.ts';

const APPS = join(import.meta.dirname, '../apps/nodejs');

let place: Place;

beforeAll(async () => {
  place = await makePlace();
});

afterAll(() => place.remove());

async function build(app: string, tag: string, ...args: string[]) {
  const outcome = await dema(['build', app, '--tag', tag, '--json', ...args], place);
  expect(outcome.code, outcome.stderr).toBe(0);
  return eventsOf(outcome.stdout);
}

async function purlsOf(image: string): Promise<string[]> {
  const { code, stdout, stderr } = await dema(['sbom', image], place);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout).components.map(({ purl }: { purl: string }) => purl);
}

test('names the runtime with what is built into it, the packages that stay, and the launcher', async () => {
  await build(join(APPS, 'typescript'), 'typescript');
  const purls = await purlsOf('typescript');
  expect(purls).toContainEqual(expect.stringMatching(/^pkg:generic\/node@24\./));
  expect(purls).toContainEqual(expect.stringMatching(/^pkg:generic\/openssl@3\./));
  expect(purls).toContainEqual(expect.stringMatching(/^pkg:deb\/debian\/busybox-static@/));
  expect(purls).toContainEqual(expect.stringMatching(/^pkg:deb\/debian\/base-files@.*\?distro=debian-13$/));
  expect(purls.filter((purl) => /^pkg:npm\/(typescript|%40types\/)/.test(purl))).toEqual([]);
  expect(purls.filter((purl) => purl.startsWith('pkg:npm/npm@'))).toEqual([]);
});

test('stands in a layer of its own between launch layers and the app, where other tools look for it', async () => {
  await build(join(APPS, 'express'), 'express');
  const { stdout } = await dema(['inspect', 'express', '--json'], place);
  const { config, history, rootfs } = JSON.parse(stdout).config;
  const steps = history.map(({ created_by: step }: { created_by: string }) => step);
  const at = steps.indexOf('Software Bill-of-Materials');
  expect(steps[at - 1]).toMatch(/^Layer: 'node'/);
  expect(steps[at + 1]).toBe('Application Slice: 1');
  const { sbom } = JSON.parse(config.Labels['io.buildpacks.lifecycle.metadata']);
  expect(sbom.sha).toBe(rootfs.diff_ids[at - history.length + rootfs.diff_ids.length]);
});

test('writes all formats, and the documents of each layer as they are in the image', async () => {
  await build(join(APPS, 'express'), 'express');
  const folder = join(place.folder, 'documents');
  const { stdout } = await dema(['sbom', 'express', '--output', folder], place);
  expect(stdout.trim().split('\n')).toEqual(['cdx', 'spdx', 'syft'].map((name) => join(folder, `sbom.${name}.json`)));
  const { packages } = JSON.parse(await readFile(join(folder, 'sbom.spdx.json'), 'utf8'));
  expect(packages.map(({ name }: { name: string }) => name)).toContain('express');
  const parts = await readdir(join(folder, 'layers/sbom/launch'), { recursive: true });
  expect(parts.filter((path) => path.endsWith('sbom.syft.json')).sort()).toEqual([
    'buildpacksio_lifecycle/launcher/sbom.syft.json',
    'dema_nodejs/node/sbom.syft.json',
    'dema_nodejs/sbom.syft.json',
  ]);
  expect(await readFile(join(folder, 'layers/sbom/launch/sbom.legacy.json'), 'utf8')).toBe('null\n');
});

test('BP_DISABLE_SBOM leaves the documents of buildpacks out, and the next build brings them back', async () => {
  const first = await build(join(APPS, 'http'), 'http');
  const events = await build(join(APPS, 'http'), 'http', '--env', 'BP_DISABLE_SBOM=true');
  const lines = events.flatMap(({ line }) => (typeof line === 'string' && line.includes('SBOM') ? [line.trim()] : []));
  expect(lines).toEqual(['No SBOM, because BP_DISABLE_SBOM is true']);
  expect((await purlsOf('http')).filter((purl) => !purl.startsWith('pkg:deb/'))).toEqual([]);
  const digestOf = (all: typeof events) => all.find(({ type }) => type === 'image-written')?.digest;
  expect(digestOf(await build(join(APPS, 'http'), 'http'))).toBe(digestOf(first));
});

/** A buildpack whose layer is only for launch and made once, and which leaves a document beside it. */
async function writeBuildpack(name: string, sbomFormats: string): Promise<string> {
  const folder = join(place.folder, name);
  await mkdir(join(folder, 'bin'), { recursive: true });
  const build = `#!/bin/sh
set -eu
cd "$CNB_LAYERS_DIR"
if [ ! -f tool.toml ]; then
  mkdir tool && touch tool/made
  echo '{"components":[{"bom-ref":"tool","type":"library","name":"tool","purl":"pkg:generic/tool@1"}]}' > tool.sbom.cdx.json
fi
printf '[types]\\nlaunch = true\\n' > tool.toml
`;
  const descriptor = `api = "0.10"
[buildpack]
id = "example/tool"
version = "1.0.0"
sbom-formats = [${sbomFormats}]
[[targets]]
os = "linux"
`;
  await writeFile(join(folder, 'bin/detect'), '#!/bin/sh\necho always\n', { mode: 0o755 });
  await writeFile(join(folder, 'bin/build'), build, { mode: 0o755 });
  await writeFile(join(folder, 'buildpack.toml'), descriptor);
  return folder;
}

/** What the last build left for the next one beside the image. */
function forgetCache(reference: string): Promise<void> {
  const key = createHash('sha256').update(reference).digest('hex');
  return rm(join(place.env.DEMA_CACHE ?? '', 'records/build-cache', `${key}.json`));
}

test('a layer that a buildpack keeps without its contents keeps its document', async () => {
  const buildpack = await writeBuildpack('tool', '"application/vnd.cyclonedx+json;version=1.4"');
  const app = join(APPS, 'http');
  await build(app, 'tool', '--buildpack', buildpack);
  for (const prepare of [() => Promise.resolve(), () => forgetCache('tool:latest')]) {
    await prepare();
    const again = await build(app, 'tool', '--buildpack', buildpack);
    expect(again).toContainEqual(expect.objectContaining({ type: 'layer-restored', layer: 'tool', contents: false }));
    expect(await purlsOf('tool')).toContain('pkg:generic/tool@1');
  }
});

test('a format that a buildpack does not write is told', async () => {
  const buildpack = await writeBuildpack('partial', '"application/vnd.cyclonedx+json"');
  await build(join(APPS, 'http'), 'partial', '--buildpack', buildpack);
  const { stderr, stdout } = await dema(['sbom', 'partial', '--format', 'spdx'], place);
  expect(stderr).toBe('note: example_tool/tool has no document in the format spdx\n');
  expect(JSON.parse(stdout).spdxVersion).toBe('SPDX-2.3');
});

test('a document of a format that the buildpack does not declare ends the build', async () => {
  const buildpack = await writeBuildpack('undeclared', '"application/spdx+json"');
  const { code, stderr } = await dema(['build', join(APPS, 'http'), '--buildpack', buildpack], place);
  expect(stderr).toContain('the file tool.sbom.cdx.json is of the type application/vnd.cyclonedx+json');
  expect(stderr).toContain('(ENGINE_BUILDPACK_OUTPUT_INVALID)');
  expect(code).toBeGreaterThan(0);
});
