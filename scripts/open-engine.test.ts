import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { type Answer, startServer, type TestServer } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Engine, openEngine } from './open-engine.ts';

let folder: string;
let server: TestServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
});

afterEach(async () => {
  await server.close();
  await removeFolder(folder);
});

async function start(answer: Answer): Promise<Engine> {
  server = await startServer({ '/': answer });
  const { hostname: host, port } = new URL(server.url);
  return openEngine({ name: 'tcp://engine', host, port: Number(port) });
}

test('an answer that breaks off is the fault of an engine that does not answer', async () => {
  const engine = await start((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"Id":', () => response.destroy());
  });
  const fault = { code: 'CLI_ENGINE_UNREACHABLE', problem: expect.stringContaining('tcp://engine') };
  await expect(engine.findId('shop')).rejects.toMatchObject(fault);
  await expect(engine.save('shop', join(folder, 'image.tar'))).rejects.toMatchObject(fault);
  await writeFile(join(folder, 'image.tar'), '');
  await expect(engine.load(join(folder, 'image.tar'))).rejects.toMatchObject(fault);
});

test('what answers with anything else is no engine', async () => {
  const engine = await start((_, response) => void response.end('<html>'));
  await expect(engine.findId('shop')).rejects.toMatchObject({ code: 'CLI_ENGINE_FAILED', details: ['<html>'] });
});

test('an image that is not there is none', async () => {
  const engine = await start((_, response) => void response.writeHead(404).end('{"message":"no such image"}'));
  expect(await engine.findId('shop')).toBeUndefined();
});
