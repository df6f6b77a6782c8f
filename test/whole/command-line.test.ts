import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseToml } from '@dema/spec';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, eventsOf, makePlace, type Place } from './dema.ts';

let place: Place;
let app: string;
/** The output of one test, and the run image of another. */
let layout: string;

beforeAll(async () => {
  place = await makePlace();
  app = join(place.folder, 'my app');
  layout = `oci:${join(place.folder, 'an image')}`;
  await writeFiles(app, { 'server.js': 'require("node:http").createServer().listen(process.env.PORT)' });
});

afterAll(() => place.remove());

test('a file of variables is read by dema alone', async () => {
  await writeFiles(place.folder, {
    'good.env': 'BP_NODE_VERSION=1.x\n',
    'bad.env': '\nA B=1\n',
  });
  const good = await dema(['build', app, '--env-file', join(place.folder, 'good.env')], place);
  expect(good.stderr).toContain('BP_NODE_VERSION');
  expect(good.stderr).toContain('(DEPENDENCY_VERSION_UNSATISFIABLE)');
  const bad = await dema(['build', app, '--env-file', join(place.folder, 'bad.env')], place);
  expect(bad.stderr).toContain(`${join(place.folder, 'bad.env')}:2: "A B" is no name of a variable.`);
  const missing = await dema(['build', app, '--env-file', '/nowhere/.env'], place);
  expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining('/nowhere/.env cannot be read (ENOENT)') });
});

test('what the buildpacks offer is one line of JSON', async () => {
  const { stdout } = await dema(['dependencies', 'list', '--json'], place);
  expect(stdout.match(/\n/g)).toHaveLength(1);
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ buildpack: 'dema/nodejs', id: 'node' }));
});

test('a port in use is noticed before the build', async () => {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  const port = String(typeof address === 'object' && address ? address.port : 0);
  const [build, run] = await Promise.all([
    dema(['build', app, '--run', '--port', port], place),
    dema(['run', app, '--port', port], place),
  ]);
  server.close();
  for (const { stdout, stderr } of [build, run]) {
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: Port \d+ is in use by another program\./);
  }
});

test('what comes next is said as the command was started', async () => {
  const started = await dema(['build', app, '--output', layout], {
    ...place,
    env: { ...place.env, npm_command: 'exec' },
  });
  expect(started.stderr).toContain(`\nnext: npx dema run '${layout}'\n`);
});

test('a file is no app', async () => {
  const file = join(app, 'server.js');
  const { code, stderr } = await dema(['build', file], place);
  expect({ code, stderr }).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`${file} is a file, not a folder.`),
  });
});

test('a place that cannot be read or written is said before the build', async () => {
  const { folder } = place;
  const mistakes: [args: string[], code: string][] = [
    [['build', app, '--report', folder], 'CLI_OUTPUT_UNWRITABLE'],
    [['build', app, '--report-output-dir', join(app, 'server.js')], 'CLI_OUTPUT_UNWRITABLE'],
    [['build', app, '--sbom-output-dir', join(app, 'server.js')], 'CLI_OUTPUT_UNWRITABLE'],
    [['rebase', 'shop', '--report', folder], 'CLI_OUTPUT_UNWRITABLE'],
    [['sbom', 'shop', '--output', join(app, 'server.js')], 'CLI_OUTPUT_UNWRITABLE'],
    [['build', app, '--output', `oci:${join(app, 'server.js')}`], 'OCI_LAYOUT_OCCUPIED'],
    [['build', app, '--path', '.'], 'CLI_ARGUMENTS_INVALID'],
    [['build', app, '--descriptor', folder], 'CLI_DESCRIPTOR_UNREADABLE'],
    [['detect', app, '--descriptor', folder], 'CLI_DESCRIPTOR_UNREADABLE'],
  ];
  for (const [args, code] of mistakes) {
    const ended = await dema(args, place);
    expect(ended, args.join(' ')).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining(`(${code})`) });
    expect(ended.stderr).not.toContain('    at ');
  }
});

test('sentences end with one full stop', async () => {
  const { stderr } = await dema(['build', app, '--network', 'sometimes'], place);
  expect(stderr).toMatch(/^error: .*Allowed choices are host, none\.$/m);
});

test('the size of an image is the same wherever it is said', async () => {
  const { stdout } = await dema(['build', app, '--tag', 'sized', '--json'], place);
  const size = eventsOf(stdout).find(({ type }) => type === 'image-written')?.size;
  const images = JSON.parse((await dema(['images', '--json'], place)).stdout);
  const inspected = JSON.parse((await dema(['inspect', 'sized', '--json'], place)).stdout);
  expect(images.find(({ reference }: { reference: string }) => reference === 'sized:latest').size).toBe(size);
  expect(inspected.size).toBe(size);
});

test('what pack users type makes the same image, with their names and files', async () => {
  const [reports, sboms] = ['reports', 'sboms'].map((name) => join(place.folder, name)) as [string, string];
  const shell = join(import.meta.dirname, '../buildpacks/shell');
  const options = {
    '--path': app,
    '--tag': 'shop:1.2',
    '--run-image': layout,
    '--buildpack': 'urn:cnb:builder:dema/nodejs',
    '--cache': 'type=build;format=volume;name=shop',
    '--report-output-dir': reports,
    '--sbom-output-dir': sboms,
  };
  const { code, stdout, stderr } = await dema(['build', 'shop', ...Object.entries(options).flat()], place);
  expect(code, stderr).toBe(0);
  expect(parseToml(await readFile(join(reports, 'report.toml'), 'utf8'), 'report.toml')).toMatchObject({
    image: { tags: ['shop:latest', 'shop:1.2'], digest: stdout.trim() },
  });
  expect(await readdir(join(sboms, 'layers/sbom/launch'))).toContain('dema_nodejs');
  for (const name of ['shop', 'shop:1.2']) {
    const { digest, config } = JSON.parse((await dema(['inspect', name, '--json'], place)).stdout);
    expect(digest).toBe(stdout.trim());
    const metadata = JSON.parse(config.config.Labels['io.buildpacks.lifecycle.metadata']);
    expect(metadata.runImage.image).toBe('my-app:latest');
  }
  const ordered = ['--pre-buildpack', shell, '--path', app];
  expect((await dema(['build', ...ordered], place)).stderr).toContain('example/shell: fail: no greeting.txt');
});

test('an output for one name refuses several', async () => {
  const { code, stderr } = await dema(['build', app, '--tag', 'a', '--tag', 'b', '--output', 'oci:./x'], place);
  expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('what to do: Give one name') });
});
