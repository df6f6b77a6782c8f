import type { Http } from '@dema/fetch';
import { expect, test } from 'vitest';
import { isPrivateAddress } from './private-address.ts';
import { openRegistry, type Registry } from './registry.ts';
import type { RegistryConnections } from './registry-connections.ts';
import { uploadOf } from './upload-blob.ts';

test('a blob is not sent into a network of its own by somebody on the internet', () => {
  const there = {
    status: 202,
    headers: { location: 'https://10.0.0.1/put' },
    body: [] as never,
    discard: () => undefined,
  };
  const resolve = (location: string) => location;
  const upload = (host: string) => uploadOf({ host, resolve } as Registry, there);
  for (const host of ['registry.example', '10.0.0.1.registry.example'])
    expect(() => upload(host)).toThrow(expect.objectContaining({ code: 'OCI_REGISTRY_ANSWER_INVALID' }));
  expect(upload('10.0.0.1:5000').location).toBe('https://10.0.0.1/put');
  const addresses = [
    '10.1.2.3:80',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '[::1]:5000',
    '[fd00::1]',
    'localhost',
  ];
  expect(addresses.filter((one) => !isPrivateAddress(one))).toEqual([]);
  const others = ['172.32.0.1', '8.8.8.8', 'registry.example:5000', '[2001:db8::1]'];
  expect(others.filter((one) => isPrivateAddress(one))).toEqual([]);
});

test('nor is it sent on there, where an upload is redirected', async () => {
  const sent: string[] = [];
  const http: Http = {
    async send({ url }) {
      sent.push(url);
      return {
        status: 307,
        headers: { location: 'https://10.0.0.1/put' },
        body: [] as never,
        discard: () => undefined,
      };
    },
    judge: (_, error) => Promise.reject(error),
    close: async () => undefined,
  };
  const connections: RegistryConnections = {
    http: () => http,
    findBase: async (host) => `https://${host}`,
    configuration: async () => ({ registries: [], daemons: [] }),
    findCredentials: async () => undefined,
    close: async () => undefined,
  };
  const name = { host: 'registry.example', repository: 'shop' };
  const registry = await openRegistry(name, { env: {}, connections }, { actions: 'pull,push' });
  const put = registry.ask({ method: 'PUT', path: 'blobs/uploads/1' });
  await expect(put).rejects.toMatchObject({ code: 'OCI_REGISTRY_ANSWER_INVALID' });
  expect(sent).toEqual(['https://registry.example/v2/shop/blobs/uploads/1']);
});
