import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLayout } from '@dema/oci';
import { openStore } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, eventsOf, makePlace, type Place } from './dema.ts';

const DESCRIPTOR = `
[_]
schema-version = "0.2"

[io.buildpacks]
exclude = ["*.md", "/notes"]

[[io.buildpacks.pre.group]]
id = "own/before"
[io.buildpacks.pre.group.script]
api = "0.10"
inline = 'echo "before: $GREETING"; ls'

[[io.buildpacks.build.env]]
name = "GREETING"
value = "from the file"
`;

let place: Place;
let app: string;

beforeAll(async () => {
  place = await makePlace();
  app = join(place.folder, 'app');
  await mkdir(join(app, 'notes'), { recursive: true });
  for (const file of ['readme.md', 'notes/secret.txt', 'server.js']) await writeFile(join(app, file), '');
  await writeFile(join(app, 'project.toml'), DESCRIPTOR);
});

afterAll(() => place.remove());

async function outputOf(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await dema(['build', app, '--json', ...args], place);
  expect(code, stderr).toBe(0);
  const lines = eventsOf(stdout).filter(({ buildpack, line }) => buildpack === 'own/before' && line !== undefined);
  return lines.map(({ line }) => String(line));
}

test('project.toml gives files, variables and a script of its own', async () => {
  const layout = join(place.folder, 'layout');
  expect(await outputOf('--output', `oci:${layout}`)).toEqual(['before: from the file', 'project.toml', 'server.js']);
  const image = await readLayout(await openStore(join(place.folder, 'store')), layout);
  const trees = await Promise.all(image.layers.map(async (layer) => readdir(await layer.tree(), { recursive: true })));
  const files = trees.flat().filter((path) => path.startsWith('workspace/'));
  expect(files.sort()).toEqual(['workspace/project.toml', 'workspace/server.js']);
});

test('the command line goes before it', async () => {
  expect((await outputOf('--env', 'GREETING=from the command line'))[0]).toBe('before: from the command line');
  const other = join(place.folder, 'other.toml');
  await writeFile(other, (await readFile(join(app, 'project.toml'), 'utf8')).replace('from the file', 'from another'));
  expect((await outputOf('--descriptor', other))[0]).toBe('before: from another');
});

test('detect counts it in', async () => {
  const { stdout } = await dema(['detect', app], place);
  expect(stdout).toBe('own/before 0.0.0\ndema/nodejs 0.1.0\n');
});

test('what is wrong in it is said with file and line', async () => {
  const broken = join(place.folder, 'broken.toml');
  await writeFile(broken, '[_]\nschema-version = "0.2"\n\n[io.buildpacks]\ninclude = 7\n');
  const { code, stderr } = await dema(['build', app, '--descriptor', broken], place);
  expect(stderr).toContain(`${broken}:5`);
  expect(stderr).toContain('(SPEC_VALUE_INVALID)');
  expect(code).toBe(1);
  expect((await dema(['build', app, '--descriptor', 'nowhere.toml'], place)).stderr).toContain('nowhere.toml');
});
