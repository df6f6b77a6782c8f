import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, removeFolder, type Store } from './index.ts';
import { ownIdentity, renderIdentity } from './process-identity.ts';
import { firstLine, startStoreProcess } from './store-process.ts';

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lock-'));
  store = await openStore(root);
});

afterEach(() => removeFolder(root));

test('one at a time, between processes and inside each', async () => {
  const counter = JSON.stringify(join(root, 'counter'));
  await writeFile(join(root, 'counter'), '0');
  const script = `await Promise.all(Array.from({ length: 8 }, () => store.withLock('counter', async () => {
    const before = Number(readFileSync(${counter}, 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 2));
    writeFileSync(${counter}, String(before + 1));
  })));`;
  const processes = Array.from({ length: 4 }, () => startStoreProcess(root, script));
  const ends = await Promise.all(processes.map((one) => once(one, 'exit')));
  expect(ends.map(([code]) => code)).toEqual([0, 0, 0, 0]);
  expect(await readFile(join(root, 'counter'), 'utf8')).toBe('32');
  expect(await readdir(join(root, 'locks'))).toEqual([]);
});

test('who comes while the one before leaves finds the folder gone, and makes it again', async () => {
  const script = `for (let round = 0; round < 150; round += 1) await store.withLock('round', async () => undefined);`;
  const ends = await Promise.all([1, 2, 3].map(() => once(startStoreProcess(root, script), 'exit')));
  expect(ends.map(([code]) => code)).toEqual([0, 0, 0]);
});

test('the lock of a killed process is free, and what it left is removed', async () => {
  const holder = startStoreProcess(
    root,
    `await store.withLock('build', () => store.withTempFolder(async (dir) => {
    writeFileSync(dir + '/half', '');
    console.log(dir);
    await sleep(60_000);
  }));`,
  );
  const left = await firstLine(holder);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(await store.withLock('build', async () => 'mine')).toBe('mine');
  expect(await readdir(join(root, 'locks'))).toEqual([]);
  await expect(stat(join(left, 'half'))).resolves.toBeDefined();
  await openStore(root);
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
});

test('an error inside frees the lock', async () => {
  const failing = store.withLock('build', async () => {
    throw new Error('inside');
  });
  await expect(failing).rejects.toThrow('inside');
  expect(await store.withLock('build', async () => 1)).toBe(1);
});

test('different names do not wait for each other, whatever characters they have', async () => {
  const inner = () => store.withLock('https://two.example/../x', async () => 'both');
  expect(await store.withLock('https://one.example/../x', inner)).toBe('both');
});

test('a process that took a killed one’s number does not hold its lock', async () => {
  const { pid, host } = ownIdentity();
  await claim('build', renderIdentity({ pid, startTime: '1', host }));
  expect(await store.withLock('build', async () => 1)).toBe(1);
});

test('a holder that cannot be seen from here is believed until it falls silent', async () => {
  const file = await claim('build', renderIdentity({ pid: 7, startTime: '7', host: 'ffffffffffff' }));
  const order: string[] = [];
  const waiting = store.withLock('build', async () => void order.push('locked'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  order.push('silent');
  await utimes(file, 1, 1);
  await waiting;
  expect(order).toEqual(['silent', 'locked']);
});

async function claim(name: string, identity: string): Promise<string> {
  const file = join(root, 'locks', name, `${identity}-ab`);
  await mkdir(join(root, 'locks', name));
  await writeFile(file, '');
  return file;
}
