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

test('a large blob is sent and fetched without being held', async () => {
  const size = 250_000_000;
  const modules = ['registry.ts', 'upload-blob.ts', 'fetch-blob.ts'].map((name) =>
    JSON.stringify(join(import.meta.dirname, name)),
  );
  const script = `
    import { createServer } from 'node:http';
    const [{ openRegistry }, { uploadBlob }, { fetchBlob }] = await Promise.all([${modules.map((one) => `import(${one})`)}]);
    const piece = Buffer.alloc(500_000, 'large ');
    async function* read() { for (let sum = 0; sum < ${size}; sum += piece.length) yield piece; }
    const server = createServer(async (request, response) => {
      if (request.method === 'GET' && request.url.includes('sha256')) {
        for await (const one of read()) if (!response.write(one)) await new Promise((then) => response.once('drain', then));
        return response.end();
      }
      for await (const _ of request);
      const status = { POST: 202, PATCH: 202, PUT: 201 }[request.method] ?? 404;
      response.writeHead(status, { location: '/v2/shop/blobs/uploads/1' }).end();
    });
    await new Promise((then) => server.listen(0, '127.0.0.1', then));
    const host = '127.0.0.1:' + server.address().port;
    const registry = await openRegistry({ host, repository: 'shop' }, { env: { HOME: '/nowhere' } }, { actions: 'pull' });
    const before = process.resourceUsage().maxRSS;
    await uploadBlob(registry, { mediaType: '', digest: 'sha256:0', size: ${size}, read });
    let fetched = 0;
    for await (const one of await fetchBlob(registry, 'sha256:0')) fetched += one.length;
    await registry.close();
    server.close();
    console.log(fetched, process.resourceUsage().maxRSS - before);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const [fetched, kilobytes] = stdout.split(' ').map(Number);
  expect(fetched).toBe(size);
  expect((kilobytes ?? 0) * 1000).toBeLessThan(120_000_000);
});
