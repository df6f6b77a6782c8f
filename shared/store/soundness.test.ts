import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, removeFolder, verifyStore } from './index.ts';
import { startStoreProcess, storeScript } from './store-process.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sound-'));
});

afterEach(() => removeFolder(root));

/**
 * Writes all kinds of content, the same ones over and over from several sides, without end. What fails in a way that a
 * person could meet is fine; anything else ends the process with 9.
 */
const WRITE = `
  const { mkdirSync } = await import('node:fs');
  async function* blob(number) {
    for (let chunk = 0; chunk < 8; chunk += 1) yield Buffer.alloc(20_000, String(number) + chunk);
  }
  const tree = (dir) => {
    for (let folder = 0; folder < 5; folder += 1) {
      mkdirSync(dir + '/' + folder);
      for (let file = 0; file < 5; file += 1) writeFileSync(dir + '/' + folder + '/' + file, Buffer.alloc(2000, 'x'));
    }
  };
  const acts = [
    (n) => store.putBlob(blob(n)),
    (n) => store.putTree('tree-' + n, async (dir) => tree(dir)),
    (n) => store.writeRecord('kind', 'key-' + n, { numbers: Array.from({ length: 500 }, () => n) }),
    (n) => store.withLock('lock-' + n, () => store.withTempFolder(async (dir) => tree(dir))),
    (n) => store.findTree('tree-' + n),
    (n) => store.readRecord('kind', 'key-' + n),
  ];
  const faults = new Set();
  const side = async (seed) => {
    for (let turn = seed; process.exitCode === undefined; turn += 1) {
      try {
        await acts[turn % acts.length](Math.floor(turn / acts.length) % 7);
      } catch (error) {
        if (/^STORE_/.test(error.code ?? '')) faults.add(error.code);
        else { console.error(error); process.exit(9); }
        await sleep(1);
      }
    }
  };
  process.on('SIGTERM', () => { console.log([...faults].join(' ')); process.exit(0); });
  console.log('writing');
  await Promise.all([0, 1, 2].map(side));`;

async function startWriters(count: number): Promise<ChildProcess[]> {
  const writers = Array.from({ length: count }, () => startStoreProcess(root, WRITE));
  await Promise.all(writers.map((one) => once(one.stdout ?? one, 'data')));
  return writers;
}

async function end(writer: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (writer.exitCode !== null) return writer.exitCode;
  const ended = once(writer, 'exit');
  writer.kill(signal);
  return (await ended)[0];
}

async function expectSound(): Promise<void> {
  const store = await openStore(root);
  expect((await verifyStore(root, async () => 'unknown')).broken).toEqual([]);
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
  expect(await store.withLock('lock-1', async () => 'free')).toBe('free');
}

test('processes that are killed at any time leave a sound store, and nothing that stays', async () => {
  const writers = await startWriters(6);
  for (const [index, writer] of writers.entries()) {
    await wait(13 * index);
    await end(writer, 'SIGKILL');
    await openStore(root);
  }
  await expectSound();
  const { checked } = await verifyStore(root, async () => 'unknown');
  expect(Math.min(checked.blobs, checked.trees, checked.records)).toBeGreaterThan(0);
});

test('whatever is removed while processes work, they go on or say so, and the store stays sound', async () => {
  const writers = await startWriters(2);
  const names = ['blobs', 'blobs/sha256', 'trees', 'tmp', 'records', 'records/kind', 'locks', 'leases', '.'];
  for (const name of [...names, ...names]) {
    await wait(15);
    await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
    expect(writers.map(({ exitCode }) => exitCode)).toEqual([null, null]);
  }
  const blobs = () => readdir(join(root, 'blobs/sha256')).catch(() => []);
  await expect.poll(async () => (await blobs()).length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(await Promise.all(writers.map((writer) => end(writer, 'SIGTERM')))).toEqual([0, 0]);
  // Whoever removes a tree and gives up, because a new one came in between, leaves half of that: it is found and goes.
  const { broken } = await verifyStore(root, async () => 'unknown');
  expect(broken.filter(({ kind }) => kind !== 'tree')).toEqual([]);
  await expectSound();
});

/** A command in a name space of its own in which `root` is a file system of 700 KB; undefined where that is not allowed. */
function findSmallDisk(): string[] | undefined {
  const args = [
    '--user',
    '--map-root-user',
    '--mount',
    'sh',
    '-c',
    `mount -t tmpfs -o size=700k none ${root} && exec "$@"`,
  ];
  try {
    execFileSync('unshare', [...args, 'sh', 'true'], { stdio: 'ignore' });
    return ['unshare', ...args, 'sh'];
  } catch {
    return undefined;
  }
}

test('on a full disk everything says so, and the store stays sound', async ({ skip }) => {
  const small = findSmallDisk();
  if (small === undefined) return skip('no user namespace with a file system of its own is allowed here');
  const script = `${storeScript(root)}
    setTimeout(async () => {
      process.exitCode = 0;
      await sleep(300);
      const { broken } = await dema.verifyStore(store.root, async () => 'unknown');
      const { readdirSync } = await import('node:fs');
      console.log(JSON.stringify({ broken, left: readdirSync(store.root + '/tmp'), faults: [...faults] }));
      process.exit(0);
    }, 400);
    ${WRITE}`;
  const [command = '', ...args] = small;
  const child = spawn(command, [...args, process.execPath, '--input-type=module', '-e', script]);
  const [text, errors] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  expect(String(errors)).toBe('');
  expect(JSON.parse(String(text).split('\n')[1] ?? '')).toEqual({ broken: [], left: [], faults: ['STORE_DISK_FULL'] });
});
