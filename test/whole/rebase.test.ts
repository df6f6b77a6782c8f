import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Image, openImageStore, readArchive, readLayout, writeArchive, writeLayout } from '@dema/oci';
import { openStore, type Store } from '@dema/store';
import { type AppRegistry, type ContainerRegistry, openAppRegistry, startContainerRegistry } from '@dema/testkit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place } from './dema.ts';

let place: Place;
let registry: ContainerRegistry;
let apps: AppRegistry;
let store: Store;
let bases: { old: Image; fresh: Image };

beforeAll(async () => {
  place = await makePlace();
  registry = await startContainerRegistry({ login: { kind: 'bearer', userInfo: 'ann:secret' } });
  const login = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
  Object.assign(place.env, { CNB_REGISTRY_AUTH: JSON.stringify({ [registry.host]: login }) });
  store = await openStore(join(place.folder, 'store'));
  apps = openAppRegistry(store, registry.host, place.env);
  const [old, fresh] = await Promise.all(['1', '2'].map((expat) => apps.makeRunImage({ expat })));
  if (!old || !fresh) throw new Error('there are two run images');
  bases = { old, fresh };
  await apps.push('base/run:trixie', fresh);
});

afterAll(async () => {
  await apps.close();
  await registry.close();
  await place.remove();
});

const makeApp = (name: string) => apps.makeApp(name, bases.old);
const openImages = () => openImageStore(join(place.folder, 'data/dema/images'), store);
const baseOf = (image: Image | undefined) => image?.config.rootfs.diff_ids[0];
const digestIn = (name: string) => {
  const content = registry.manifests.get(name)?.content.toString();
  const found = [...registry.manifests].find(([key, one]) => key.includes('@') && one.content.toString() === content);
  return found?.[0].replace(/^.*@/, '');
};

test('images of every place are rebased by one command, which goes on behind one that cannot be', async () => {
  const [layout, archive] = [join(place.folder, 'layout'), join(place.folder, 'shop.tar')];
  await (await openImages()).put('stored:1', await makeApp('stored'));
  await writeLayout(layout, await makeApp('layout'));
  await writeArchive(archive, await makeApp('archive'), { reference: 'archived:1' });
  await apps.push('shop:1', await makeApp('shop'));
  const names = ['stored:1', `oci:${layout}`, 'missing', archive, `docker://${registry.host}/shop:1`];
  const { code, stdout, stderr } = await dema(['rebase', ...names], place);
  expect(code, stderr).toBe(72);
  expect(stderr).toContain('missing not rebased\nerror: There is no image missing:latest');
  expect(stderr).toContain('5 images: 4 rebased, 1 not rebased');
  const reread = [await readLayout(store, layout), (await readArchive(store, archive)).image];
  for (const image of [...reread, (await (await openImages()).find('stored:1'))?.image]) {
    expect(baseOf(image)).toBe(baseOf(bases.fresh));
  }
  expect(stdout).toContain(`${registry.host}/shop:1 ${digestIn('shop:1')}\n`);
});

test('what people type to pack', async () => {
  await apps.push('pack/app:old', await makeApp('pack'));
  const before = digestIn('pack/app:old');
  const name = `${registry.host}/pack/app`;
  const report = join(place.folder, 'reports');
  const how = ['--publish', '--pull-policy', 'always', '--run-image', apps.runImage, '--report-output-dir', report];
  const rebased = await dema(['rebase', `${name}:new`, '--previous-image', `${name}:old`, ...how], place);
  expect(rebased.code, rebased.stderr).toBe(0);
  const digest = digestIn('pack/app:new');
  expect(rebased.stdout).toBe(`${digest}\n`);
  expect(digestIn('pack/app:old')).toBe(before);
  const text = await readFile(join(report, 'report.toml'), 'utf8');
  expect(text).toBe(`[image]\n  tags = ["${name}:new"]\n  digest = "${digest}"\n`);
});

test('names of a file, and a line of JSON for each', async () => {
  await apps.push('listed/a:1', await makeApp('a'));
  await apps.push('listed/b:1', await makeApp('b'));
  const file = join(place.folder, 'names');
  await writeFile(file, `# the shop's\n${registry.host}/listed/*:*\n`);
  const args = ['rebase', '--images', file, '--publish', '--json'];
  const rehearsed = await dema([...args, '--dry-run'], place);
  expect(rehearsed.stderr).toContain('2 images: 2 would be rebased');
  const { stdout, code } = await dema(args, place);
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const packages = [{ name: 'expat', before: '1', after: '2' }];
  for (const name of ['listed/a:1', 'listed/b:1']) {
    const reference = `${registry.host}/${name}`;
    expect(lines).toContainEqual(
      expect.objectContaining({ outcome: 'rebased', reference, packages, digest: digestIn(name) }),
    );
  }
});

test('each line of JSON is as the page and its schema say', async () => {
  const read = (name: string) => readFile(join(import.meta.dirname, '../../docs', name), 'utf8');
  const schema = JSON.parse(await read('rebase.schema.json'));
  const isLine = new Ajv2020({ allErrors: true }).compile(schema);
  await apps.push('json/app:1', await makeApp('json'));
  await apps.push('json/app:2', await apps.makeApp('json', bases.fresh));
  await apps.push('json/tools:1', bases.old);
  const names = ['json/*:*', 'jsn/*:*'].map((name) => `docker://${registry.host}/${name}`);
  const { stdout, code } = await dema(['rebase', ...names, '--json'], place);
  const lines = stdout.trim().split('\n');
  const outcomes = lines.map((line) => JSON.parse(line)).map(({ outcome, type }) => outcome ?? type);
  expect(outcomes.sort()).toEqual(['current', 'failed', 'fault', 'rebased', 'skipped']);
  for (const line of lines) expect(isLine(JSON.parse(line)), `${line}\n${JSON.stringify(isLine.errors)}`).toBe(true);
  expect(code).toBe(72);
  const page = await read('rebase.md');
  const fields = schema.oneOf.flatMap((one: { properties: object }) => Object.keys(one.properties));
  for (const field of fields) expect(page).toContain(`\`${field}\``);
});

test.each(['rebase', 'rollout'])(
  '%s fails where the run image is gone, also of images that a pattern finds',
  async (command) => {
    const base = `${registry.host}/base/gone:1`;
    await apps.push('orphan/app:1', await apps.makeApp('orphan', bases.old, { runImageName: base }));
    const args = [command, `docker://${registry.host}/orphan/*:*`];
    const report = command === 'rollout' ? ['--report', join(place.folder, 'rollout.jsonl')] : [];
    for (const how of [[], ['--run-image', `docker://${base}`]]) {
      const { code, stderr } = await dema([...args, ...how, ...report], place);
      expect(stderr).toContain(`No run image can be had: The registry has no image ${base}.`);
      expect(stderr).toContain('1 not rebased');
      expect(code).toBe(72);
    }
  },
);

test('a pattern that nothing matches is told, with what is there, and others go on', async () => {
  await apps.push('there/app:1', await makeApp('there'));
  const names = ['ther/*:*', 'there/app:1'].map((name) => `docker://${registry.host}/${name}`);
  const { code, stdout, stderr } = await dema(['rebase', ...names], place);
  expect(stderr).toContain(
    `${registry.host}/ther/*:* not rebased\nerror: No image of the registry matches ${names[0]}.`,
  );
  expect(stderr).toMatch(/repositories there: .*there\/app/);
  expect(stderr).toContain('2 images: 1 rebased, 1 not rebased');
  expect(stdout).toContain(`${registry.host}/there/app:1 sha256:`);
  expect(code).toBe(72);
  const rolled = await dema(['rollout', names[0] ?? '', '--report', join(place.folder, 'none.jsonl')], place);
  expect(rolled.stderr).toContain('(CLI_PATTERN_UNMATCHED)');
  expect(rolled.code).toBe(72);
});

test('one image alone ends with its own fault', async () => {
  const { code, stderr } = await dema(['rebase', `docker://${registry.host}/base/run:trixie`], place);
  expect(stderr).toContain('ENGINE_IMAGE_NOT_AN_APP');
  expect(code).toBe(72);
  const gone = await dema(['rebase', 'docker://localhost:1/x:1'], place);
  expect(gone.stderr).toContain('OCI_REGISTRY_UNREACHABLE');
  expect(gone.code).toBe(72);
  expect((await dema(['rebase', 'missing'], place)).code).toBe(72);
});
