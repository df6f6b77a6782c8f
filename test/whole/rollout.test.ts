import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TarEntry } from '@dema/archive';
import { createIndex, type Descriptor, type Image, parseRegistryName, pushImage } from '@dema/oci';
import { openStore } from '@dema/store';
import {
  type AppRegistry,
  type ContainerRegistry,
  createSigningKey,
  debianMirrorRoutes,
  type FakeDeb,
  openAppRegistry,
  type SigningKey,
  startContainerRegistry,
  startServer,
  type TestServer,
} from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place } from './dema.ts';

const CHANGELOG = 'expat (2.9-2) trixie-security\n\n  * CVE-2026-12345\n\nexpat (2.9-1) trixie\n';
const BASE_FILES: FakeDeb = {
  name: 'base-files',
  version: '13',
  files: { 'usr/share/base-files/profile': 'x', 'etc/debian_version': '13' },
};
const OLD: FakeDeb = { name: 'expat', version: '2.9-1', files: { 'usr/lib/libexpat.so': 'old' } };
const FIXED: FakeDeb = {
  name: 'expat',
  version: '2.9-2',
  suite: 'trixie-security',
  files: [
    fileEntry('usr/lib/libexpat.so', Buffer.from('mended')),
    fileEntry('usr/share/doc/expat/changelog.Debian.gz', gzipSync(CHANGELOG)),
  ],
};
const AFFECTED = Array.from({ length: 40 }, (_, index) => `shop/app-${index}:1`);
const MENDED = ['shop/mended:1', 'shop/mended:2'];

let place: Place;
let mirror: TestServer;
let key: SigningKey;
let registry: ContainerRegistry;
let apps: AppRegistry;
let builder: string;
let atFirst: Record<string, string>;

beforeAll(async () => {
  place = await makePlace();
  mirror = await startServer();
  key = await createSigningKey();
  registry = await startContainerRegistry();
  apps = openAppRegistry(await openStore(join(place.folder, 'store')), registry.host);
  builder = join(place.folder, 'own');
  await writeFile(join(place.folder, 'archive.asc'), key.publicKey);
  await writeBuilder();
  const env = { DEMA_DEBIAN_MIRROR: `${mirror.url}/debian`, DEMA_DEBIAN_KEYS: join(place.folder, 'archive.asc') };
  Object.assign(place.env, env);
  await serve([BASE_FILES, OLD], '2026-11-01');
  await run('base', 'update', builder);
  await pushApps();
  atFirst = tags();
  await serve([BASE_FILES, FIXED], '2026-11-02');
});

afterAll(async () => {
  await apps.close();
  await Promise.all([mirror.close(), registry.close()]);
  await place.remove();
});

function fileEntry(path: string, bytes: Buffer): TarEntry {
  return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: bytes.length, body: () => [bytes] };
}

async function writeBuilder(): Promise<void> {
  await mkdir(builder);
  const packages = '[run.packages]\nbase-files = "x"\nexpat = "x"\n[build]\nfrom = "base"\n';
  await writeFile(join(builder, 'base.toml'), packages);
  const order = '[[order]]\n[[order.group]]\nid = "test/none"\nversion = "1"\n';
  const targets = '[[targets]]\nos = "linux"\narch = "amd64"\n[[targets]]\nos = "linux"\narch = "arm64"\n';
  await writeFile(join(builder, 'builder.toml'), `${order}[[run.images]]\nimage = "${apps.runImage}"\n${targets}`);
}

async function serve(debs: FakeDeb[], day: string): Promise<void> {
  const date = new Date(`${day}T00:00:00Z`);
  const dates = { trixie: date, 'trixie-updates': date, 'trixie-security': date };
  mirror.routes = await debianMirrorRoutes(
    debs.map((deb) => ({ ...deb, architecture: 'all' })),
    { key, dates },
  );
}

/** Apps on the run image with the flaw, on one without it, on a foreign one, and things that are no apps. */
async function pushApps(): Promise<void> {
  const old = await apps.makeRunImage({ 'base-files': '13', expat: '2.9-1' });
  const mended = await apps.makeRunImage({ 'base-files': '13', expat: '2.9-2' });
  await apps.push('base/run:trixie', old);
  const push = async (name: string, base: Image, how = {}) => apps.push(name, await apps.makeApp(name, base, how));
  for (const name of AFFECTED) await push(name, old);
  for (const name of MENDED) await push(name, mended);
  await push('shop/foreign:1', old, { runImageName: 'elsewhere.example/run:1' });
  await apps.push('shop/tools:1', await apps.makeRunImage({ tools: '1' }));
}

async function run(...args: string[]) {
  const ended = await dema(args, place);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return ended;
}

const rollout = (...args: string[]) =>
  dema(['rollout', `docker://${registry.host}/shop/*:*`, '--builder', builder, ...args], place);

/** Digests by tags, of all that is in the registry. */
function tags(): Record<string, string> {
  const digests = new Map(
    [...registry.manifests].flatMap(([key, { content }]) =>
      key.includes('@') ? [[content, key.replace(/^.*@/, '')] as const] : [],
    ),
  );
  const entries = [...registry.manifests].filter(([key]) => !key.includes('@'));
  return Object.fromEntries(entries.map(([tag, { content }]) => [tag, digests.get(content) ?? '']));
}

const ADVISORY = ['--advisory', 'cve-2026-12345'];

test('a rehearsal says what would be done, and changes neither the registry nor the builder', async () => {
  const before = tags();
  const lock = await readFile(join(builder, 'run.lock.json'), 'utf8');
  const rehearsal = await rollout(...ADVISORY, '--dry-run');
  expect(rehearsal.stderr).toContain('44 images: 40 would be rebased, 3 left alone, 1 not rebased');
  expect(rehearsal.stderr).toContain(`${join(builder, 'run.lock.json')}\n  expat 2.9-1 -> 2.9-2`);
  expect(tags()).toEqual(before);
  expect(await readFile(join(builder, 'run.lock.json'), 'utf8')).toBe(lock);
});

test('a rehearsal finds what the base of the builder stands on beside it', async () => {
  const own = join(place.folder, 'standing');
  await mkdir(own);
  await cp(join(builder, 'builder.toml'), join(own, 'builder.toml'));
  await writeFile(join(own, 'base.toml'), 'from = "../own"\n[run.packages]\nexpat = "x"\n');
  await run('base', 'update', own);
  const args = [`docker://${registry.host}/shop/app-1:1`, '--builder', own, '--dry-run'];
  const { stderr, code } = await dema(['rollout', ...args], place);
  expect(stderr).toContain(`${join(own, 'run.lock.json')} unchanged`);
  expect(stderr).toContain('1 image: 1 would be rebased');
  expect(code).toBe(0);
});

test('a rehearsal names the folder of the builder where its lock is stale, not the copy that it works on', async () => {
  const stale = join(place.folder, 'stale');
  await cp(builder, stale, { recursive: true });
  const text = await readFile(join(stale, 'base.toml'), 'utf8');
  await writeFile(join(stale, 'base.toml'), text.replace('expat =', 'unlocked = "x"\nexpat ='));
  await serve([BASE_FILES, OLD, { name: 'unlocked', version: '1', files: { 'usr/lib/x': 'x' } }], '2026-11-02');
  const { stderr, code } = await dema(['rollout', 'docker://a.example/b', '--builder', stale, '--dry-run'], place);
  await serve([BASE_FILES, FIXED], '2026-11-02');
  expect(stderr).toContain(`dema base update ${stale}`);
  expect(stderr).not.toContain(join('cache', 'tmp'));
  expect(code).not.toBe(0);
});

async function readReport(file: string) {
  const text = await readFile(file, 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return (name: string) => lines.filter(({ image }) => image === `${registry.host}/${name}`);
}

test('an advisory is rolled out to the apps that it is about, and to no others', async () => {
  const before = tags();
  const report = join(place.folder, 'rollout.jsonl');
  const rolled = await rollout(...ADVISORY, '--report', report);
  expect(rolled.code).toBe(72);
  expect(rolled.stderr).toContain('  expat 2.9-1 -> 2.9-2  CVE-2026-12345\n');
  expect(rolled.stderr).toContain('CVE-2026-12345: 40 images\n44 images: 40 rebased, 3 left alone, 1 not rebased\n');
  expect(rolled.stderr).toContain(`report: ${report}`);
  const after = tags();
  const moved = Object.keys(after).filter((name) => after[name] !== before[name]);
  expect(moved.sort()).toEqual([...AFFECTED, 'base/run:trixie'].sort());

  const linesOf = await readReport(report);
  const digests = { before: before['shop/app-7:1'], after: after['shop/app-7:1'] };
  const packages = [{ name: 'expat', before: '2.9-1', after: '2.9-2', fixes: ['CVE-2026-12345'] }];
  expect(linesOf('shop/app-7:1')).toMatchObject([
    { type: 'planned', ...digests },
    { type: 'image', outcome: 'rebased', ...digests, packages },
  ]);
  const [notAffected, refused] = ['not affected', 'elsewhere.example/run:1'].map((text) =>
    expect.stringContaining(text),
  );
  expect(linesOf('shop/mended:1')).toMatchObject([{ outcome: 'skipped', reason: notAffected }]);
  expect(linesOf('shop/foreign:1')).toMatchObject([{ outcome: 'failed', reason: refused }]);
});

test('a roll-out that is run again finds nothing to do, and its report takes back both', async () => {
  const report = join(place.folder, 'rollout.jsonl');
  const again = await rollout(...ADVISORY, '--report', report);
  expect(again.stderr).toContain('44 images: 40 stood on it already, 3 left alone, 1 not rebased');

  await apps.push('shop/app-3:1', await apps.makeApp('newer', await apps.makeRunImage({ expat: '2.9-2' })));
  const newer = tags()['shop/app-3:1'];
  const before = tags();
  const rehearsal = await run('rollout', '--rollback', report, '--dry-run');
  expect(rehearsal.stderr).toContain('shop/app-4:1 would be put back\n');
  expect(rehearsal.stderr).toContain('41 images: 40 would be put back, 1 left as it is');
  expect(tags()).toEqual(before);
  const back = await run('rollout', '--rollback', report);
  expect(back.stderr).toContain(`shop/app-3:1 left as it is: it points to ${newer} by now`);
  expect(back.stderr).toContain('41 images: 40 put back, 1 left as it is');
  expect(tags()).toEqual({ ...atFirst, 'shop/app-3:1': newer });
  const twice = await run('rollout', '--rollback', report);
  expect(twice.stderr).toContain('41 images: 40 as before, 1 left as it is');
});

test('without an advisory, what stands on an older run image is rebased; what somebody knows to be mended can be said', async () => {
  const images = ['rollout', `docker://${registry.host}/shop/app-1:1`];
  const given = ['--run-image', `docker://${registry.host}/base/run:mended`];
  // It has no base-files any more, and what is gone has no changelog that somebody would miss.
  await apps.push('base/run:mended', await apps.makeRunImage({ expat: '2.9-3' }));
  const report = ['--report', join(place.folder, 'given.jsonl')];
  const other = await dema([...images, ...given, ...report, '--advisory', 'DSA-6000-1'], place);
  expect(other.code).toBe(72);
  expect(other.stderr).toContain('no changelog of expat 2.9-3: what these mend can be said with --fixed\n');
  expect(other.stderr).toContain('1 image: 1 left alone');
  const known = [...images, ...given, ...report, '--advisory', 'DSA-6000-1', '--fixed', 'expat=2.9-3'];
  const refused = await dema(known, place);
  expect(refused.stderr).toContain('lacks 1 package of the old one: base-files.');
  expect(refused.code).toBe(72);
  const said = await run(...known, '--force');
  expect(said.stderr).toContain('expat 2.9-1 -> 2.9-3  DSA-6000-1');
  const back = await run(...images, '--builder', builder, '--no-update', ...report);
  expect(back.stderr).toContain('left alone: its run image is newer: expat 2.9-3 would become 2.9-2');
});

test('a run image that does not mend the advisory is told, though all apps stand on it', async () => {
  const run = ['rollout', `docker://${registry.host}/level/*:*`, '--dry-run'];
  const level = await apps.makeRunImage({ 'base-files': '13', expat: '2.9-2' });
  await apps.push('level/run:1', level);
  const runImageName = `${registry.host}/level/run:1`;
  await apps.push('level/app:1', await apps.makeApp('level', level, { runImageName }));
  const cases = [
    { how: ADVISORY, code: 0, said: '1 stood on it already' },
    { how: ['--advisory', 'CVE-2026-99999'], code: 72, said: 'is known to mend CVE-2026-99999.' },
    { how: ['--advisory', 'DSA-6000-1', '--fixed', 'expat=2.9-2'], code: 0, said: '1 stood on it already' },
    { how: ['--advisory', 'DSA-6000-1', '--fixed', 'expat=99'], code: 72, said: 'The run image itself is not mended' },
    { how: ['--advisory', 'DSA-6000-1', '--fixed', 'none=1'], code: 72, said: '--fixed none: no run image has' },
  ];
  for (const { how, code, said } of cases) {
    const ended = await dema([...run, ...how, '--report', join(place.folder, 'level.jsonl')], place);
    expect(ended.stderr).toContain(said);
    expect(ended.code, ended.stderr).toBe(code);
  }
});

test('a builder whose run image has lost a package changes nothing, neither the run image nor an app', async () => {
  const smaller = join(place.folder, 'smaller');
  const runImageName = `${registry.host}/small/run:1`;
  await cp(builder, smaller, { recursive: true });
  for (const [file, from, to] of [
    ['base.toml', 'expat = "x"\n', ''],
    ['builder.toml', apps.runImage, runImageName],
  ] as const) {
    const text = await readFile(join(smaller, file), 'utf8');
    await writeFile(join(smaller, file), text.replace(from, to));
  }
  await run('base', 'update', smaller, '--allow-removal');
  const old = await apps.makeRunImage({ 'base-files': '13', expat: '2.9-2' });
  await apps.push('small/run:1', old);
  await apps.push('small/app:1', await apps.makeApp('small', old, { runImageName }));
  const before = tags();
  const rolled = ['rollout', `docker://${registry.host}/small/app:*`, '--builder', smaller];
  const report = ['--report', join(place.folder, 'small.jsonl')];
  for (const how of [[], ['--dry-run']]) {
    const refused = await dema([...rolled, ...how, ...report], place);
    expect(refused.stderr).toContain('The new run image lacks 1 package of the old one: expat.');
    expect(refused.code).toBe(72);
    expect(tags()).toEqual(before);
  }
  const forced = await dema([...rolled, '--force', ...report], place);
  expect(forced.code, forced.stderr).toBe(0);
  expect(forced.stderr).toContain('expat 2.9-2 -> (gone)');
  expect(tags()['small/run:1']).not.toBe(before['small/run:1']);
});

test.each([
  [['shop'], 'is not in a registry'],
  [['docker://a.example/b', '--advisory', 'CVE-1'], 'is no advisory'],
  [['docker://a.example/b', '--fixed', 'expat'], 'names no package and version'],
  [['docker://a.example/b', '--builder', 'base', '--run-image', 'x'], 'cannot be used with option'],
  [['--rollback', '/none'], 'is no report of a roll-out'],
  [[], 'No image is named'],
])('dema rollout %j says what is wrong', async (args, problem) => {
  const { stderr, code } = await dema(['rollout', ...args], place);
  expect(stderr).toContain(problem);
  expect(code).toBe(3);
});

test('a run image that is there for several architectures stays so, though the definition names no targets', async () => {
  const plain = join(place.folder, 'plain');
  await cp(builder, plain, { recursive: true });
  const definition = (await readFile(join(builder, 'builder.toml'), 'utf8')).replace(/\[\[targets\]\].*$/s, '');
  await writeFile(join(plain, 'builder.toml'), definition);
  const old = ['amd64', 'arm64'].map((arch) => apps.makeRunImage({ expat: '2.9-0' }, arch));
  const name = parseRegistryName(apps.runImage);
  await pushImage(name, createIndex(await Promise.all(old)), { env: place.env, connections: apps.connections });
  const before = registry.manifests.get('base/run:trixie')?.content;
  const report = ['--report', join(place.folder, 'several.jsonl')];
  await run('rollout', `docker://${registry.host}/shop/app-2:1`, '--builder', plain, ...report);
  const { content } = registry.manifests.get('base/run:trixie') ?? {};
  expect(content).not.toEqual(before);
  const { manifests = [] } = JSON.parse(String(content));
  expect(manifests.map(({ platform }: Descriptor) => platform?.architecture)).toEqual(['amd64', 'arm64']);
});
