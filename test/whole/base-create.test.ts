import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNamedLayout } from '@dema/oci';
import { openStore } from '@dema/store';
import {
  type ContainerRegistry,
  createCertificateAuthority,
  createSigningKey,
  debianMirrorRoutes,
  type FakeDeb,
  startContainerRegistry,
  startServer,
  type TestServer,
  writeFiles,
} from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PAGE } from './base-images-page.ts';
import { dema, makePlace, type Place, startDema } from './dema.ts';

const DEBS: FakeDeb[] = [
  { name: 'base-files', version: '13', files: { 'usr/share/base-files/profile': 'x', 'etc/debian_version': '13' } },
  { name: 'libvips42t64', version: '8.16-1', files: { 'usr/lib/libvips.so.42': 'pictures' } },
  { name: 'gcc', version: '14', files: { 'usr/bin/gcc': 'compiler' } },
];
const BASE = `description = "Ours"
maintainer = "Example"
stack-id = "com.example.stack"
certificates = ["root.pem"]
[packages]
base-files = "the skeleton"
[build.packages]
gcc = "native modules"
[labels]
"com.example.team" = "web"
[user]
name = "app"
build = 2001
run = 2002
[[users]]
name = "db"
uid = 999
`;
/** The example of the page, on a base that the test's mirror has the packages of. */
const page = await readFile(PAGE, 'utf8');
const PICTURES = /```toml pictures\/base\.toml\n(.*?)```/s.exec(page)?.[1]?.replace('"base"', '"../plain"') ?? '';

let place: Place;
let server: TestServer;
let registry: ContainerRegistry;
let certificate: string;

beforeAll(async () => {
  const [made, key] = [await makePlace(), await createSigningKey()];
  certificate = createCertificateAuthority().cert;
  server = await startServer(
    await debianMirrorRoutes(
      DEBS.map((deb) => ({ ...deb, architecture: 'all' })),
      { key },
    ),
  );
  registry = await startContainerRegistry();
  await writeFiles(made.folder, {
    'key.asc': key.publicKey,
    'plain/base.toml': BASE,
    'plain/root.pem': certificate,
    'pictures/base.toml': PICTURES,
    'pictures/example-root.pem': certificate,
  });
  const env = {
    ...made.env,
    DEMA_CACHE: join(made.folder, 'cache'),
    DEMA_DEBIAN_MIRROR: `${server.url}/debian`,
    DEMA_DEBIAN_KEYS: join(made.folder, 'key.asc'),
  };
  place = { ...made, env };
});

afterAll(async () => {
  await server.close();
  await registry.close();
  await place.remove();
});

const folder = (name: string) => join(place.folder, name);

async function create(...args: string[]) {
  const ended = await dema(['base', 'create', ...args], place);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return ended;
}

test('a short file makes two images with what it asks for, and the locks that they lack', async () => {
  const { stderr } = await create(folder('plain'), '--output', `oci:${folder('out')}`);
  expect(stderr).toContain(`${folder('plain/run.lock.json')} made\n`);
  const store = await openStore(folder('store'));
  const [build, run] = await Promise.all(
    ['build', 'run'].map(async (role) => {
      const { image, reference } = await readNamedImage(store, folder(`out-${role}`));
      return { image, reference, tree: (await image.layers[0]?.tree()) ?? '' };
    }),
  );
  expect([build?.reference, run?.reference]).toEqual(['build-plain:trixie', 'run-plain:trixie']);
  expect(run?.image.config.config).toMatchObject({
    User: '2002:1000',
    Labels: {
      'com.example.team': 'web',
      'io.buildpacks.base.maintainer': 'Example',
      'io.buildpacks.stack.id': 'com.example.stack',
    },
  });
  expect(build?.image.config.config?.Env).toEqual(
    expect.arrayContaining(['CNB_USER_ID=2001', 'CNB_GROUP_ID=1000', 'CNB_STACK_ID=com.example.stack']),
  );
  const read = (path: string) => readFile(join(run?.tree ?? '', path), 'utf8');
  expect(await read('etc/passwd')).toMatch(/^app:x:2002:1000:.*\ndb:x:999:999:/m);
  expect(await read('etc/ssl/certs/ca-certificates.crt')).toContain(certificate.trim());
  expect(await read('usr/local/share/ca-certificates/root.crt')).toContain(certificate.trim());
  expect([build, run].map((one) => existsSync(join(one?.tree ?? '', 'usr/bin/gcc')))).toEqual([true, false]);
});

async function readNamedImage(store: Awaited<ReturnType<typeof openStore>>, path: string) {
  const { found, reference } = await readNamedLayout(store, path);
  if ('entries' in found) throw new Error('it is an index');
  return { image: found, reference };
}

test('the same lock gives the same digests on another day, in another cache, elsewhere', async () => {
  const first = await create(folder('plain'), '--arch', 'amd64,arm64');
  const env = { ...place.env, DEMA_CACHE: folder('cache-2'), SOURCE_DATE_EPOCH: '1', TZ: 'Asia/Tokyo' };
  const second = await dema(['base', 'create', folder('plain'), '--arch', 'arm64,amd64'], { ...place, env });
  expect(second.stderr).not.toContain('lock.json made');
  expect(second.stdout).toBe(first.stdout);
});

test('an image for both architectures goes into a registry as an index, and what stands on another has its packages', async () => {
  const name = `${registry.host}/base/pictures:1`;
  const args = [folder('pictures'), '--arch', 'amd64,arm64', '--publish', '--tag', name, '--json'];
  const created = (await create(...args)).stdout.trim().split('\n');
  const [build, run] = created.map((line) => JSON.parse(line));
  expect([build.reference, run.reference]).toEqual([
    `${registry.host}/base/pictures-build:1`,
    `${registry.host}/base/pictures-run:1`,
  ]);
  expect(run.platforms).toMatchObject([
    { architecture: 'amd64', packages: 2 },
    { architecture: 'arm64', packages: 2 },
  ]);
  const sbom = await dema(['sbom', `docker://${run.reference}`, '--platform', 'linux/arm64'], place);
  expect(sbom.stdout).toContain('pkg:deb/debian/libvips42t64@8.16-1');
  const inspect = await dema(['inspect', `docker://${run.reference}`, '--json', '--platform', 'linux/arm64'], place);
  expect(JSON.parse(inspect.stdout).config).toMatchObject({
    architecture: 'arm64',
    config: {
      User: '2002:1000',
      Env: expect.arrayContaining(['LANG=C.UTF-8']),
      Labels: { 'com.example.team': 'shop', 'io.buildpacks.base.maintainer': 'Example' },
    },
  });
});

test('one image alone has the name and the place that are asked for', async () => {
  const archive = folder('run.tar');
  const { stdout } = await create(
    folder('plain'),
    '--image',
    'run',
    '--tag',
    'ours:2',
    '--output',
    `archive:${archive}`,
  );
  const inspect = JSON.parse((await dema(['inspect', archive, '--json'], place)).stdout);
  expect(inspect).toMatchObject({ reference: 'ours:2', digest: stdout.trim() });
});

test('a package that leaves the list is not taken from those who stand on the image', async () => {
  await writeFiles(place.folder, { 'pictures/base.toml': PICTURES.replace('libvips42t64', 'gcc') });
  const refused = await dema(['base', 'update', folder('pictures')], place);
  expect(refused.stderr).toMatch(/would take libvips42t64 out of .*build\.lock\.json/);
  expect(refused.stderr).toContain('(BUILDER_PACKAGES_REMOVED)');
  const allowed = await dema(['base', 'update', folder('pictures'), '--allow-removal'], place);
  expect(allowed.stdout).toContain('run.lock.json: removed\n  gcc (new) -> 14\n  libvips42t64 8.16-1 -> (gone)\n');
  expect(allowed.stderr).toMatch(
    /^next: `(npx )?dema base create \S+\/pictures` makes the images anew, .*; then `.*rebase/,
  );
});

test('a lock of another list is refused, and not taken for what is asked for now', async () => {
  await writeFiles(place.folder, { 'later/base.toml': '[packages]\nbase-files = "x"\n' });
  await create(folder('later'), '--image', 'run');
  await writeFiles(place.folder, { 'later/base.toml': '[packages]\ngcc = "x"\n[exclude]\nbase-files = "y"\n' });
  const { stderr } = await dema(['base', 'create', folder('later'), '--image', 'run'], place);
  expect(stderr).toContain('it lacks gcc; it has base-files, which is excluded.');
  expect(stderr).toContain('(BUILDER_LOCK_STALE)');
});

test('a name without a registry is told with the tag that both images get theirs from', async () => {
  const { stderr, code } = await dema(['base', 'create', 'tiny', '--publish', '--locked'], place);
  expect(code).toBe(3);
  expect(stderr).toContain('`--tag registry.example/dema/tiny:trixie`');
});

test.each([
  ['base create tiny'],
  ['base update tiny'],
  [`builder create x --config ./builder --lifecycle URL/lifecycle.tgz#sha256:${'0'.repeat(64)}`],
])('ctrl-C ends %s at once, with one word', async (command) => {
  const asked = Promise.withResolvers<void>();
  // What is refused so is asked for again soon, by whoever goes on.
  const busy = await startServer({
    '/': (_, response) => {
      asked.resolve();
      setTimeout(() => response.writeHead(503).end(), 100);
    },
  });
  await writeFiles(place.folder, { 'builder/builder.toml': '[[order]]\n[[order.group]]\nid = "acme/hello"\n' });
  const env = { ...place.env, DEMA_CACHE: folder('empty'), DEMA_DEBIAN_MIRROR: `${busy.url}/debian` };
  const args = command.replace('./builder', folder('builder')).replace('URL', busy.url).split(' ');
  const started = startDema(args, { ...place, env });
  await Promise.race([asked.promise, started.ended]);
  started.kill('SIGINT');
  const { code, stderr } = await started.ended;
  expect({ code, last: stderr.split('\n').at(-2) }).toEqual({ code: 130, last: 'stopped' });
  const paths = busy.requests.map(({ path }) => path);
  expect(paths).toEqual([...new Set(paths)]);
  await busy.close();
});

test.each([
  ['a certificate that is none', 'certificates = ["key.pem"]\n', 'BUILDER_CERTIFICATE_INVALID'],
  ['a package that there is not', '[packages]\nnonsense = "x"\n', 'DEBIAN_PACKAGE_UNKNOWN'],
  ['a base that there is not', 'from = "huge"\n', 'BUILDER_NAME_UNKNOWN'],
  ['a slip of the pen', 'form = "base"\n', 'SPEC_VALUE_INVALID'],
])('%s', async (_, text, code) => {
  await writeFiles(place.folder, { [`${code}/base.toml`]: text, [`${code}/key.pem`]: 'none' });
  const { stderr } = await dema(['base', 'create', folder(code)], place);
  expect(stderr).toContain(`(${code})`);
});
