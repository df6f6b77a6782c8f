import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeFolder } from '@dema/store';
import { expect, test } from 'vitest';

test('a large layer is written, compressed and unpacked without being held', async () => {
  const root = await mkdtemp(join(tmpdir(), 'layer-memory-'));
  const size = 250_000_000;
  const modules = ['index.ts', '../store/index.ts'].map((name) => JSON.stringify(join(import.meta.dirname, name)));
  const script = `
    const [{ createLayer }, { openStore }] = await Promise.all([import(${modules[0]}), import(${modules[1]})]);
    const before = process.resourceUsage().maxRSS;
    const piece = Buffer.alloc(500_000, 'large ');
    function* body() { for (let sum = 0; sum < ${size}; sum += piece.length) yield piece; }
    const entry = { path: '/large', type: 'file', mode: 0o644, uid: 0, gid: 0, size: ${size}, body };
    const layer = await createLayer(await openStore(${JSON.stringify(root)}), [entry], { keep: 'compressed' });
    await layer.tree();
    console.log(process.resourceUsage().maxRSS - before);`;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const kilobytes = Number(stdout);
    expect(kilobytes).toBeGreaterThan(0);
    expect(kilobytes * 1000).toBeLessThan(120_000_000);
  } finally {
    await removeFolder(root);
  }
});
