import { expect, test } from 'vitest';
import { isPrivateAddress } from './private-address.ts';
import type { Registry } from './registry.ts';
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
  expect(() => upload('registry.example')).toThrow(expect.objectContaining({ code: 'OCI_REGISTRY_ANSWER_INVALID' }));
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
