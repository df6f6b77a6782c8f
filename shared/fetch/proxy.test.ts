import { expect, test } from 'vitest';
import { determineProxies, findProxy } from './proxy.ts';

test('lower case goes before upper case, and what is given before both', () => {
  const env = { http_proxy: 'http://a', HTTP_PROXY: 'http://b', HTTPS_PROXY: 'http://c', NO_PROXY: 'd' };
  expect(determineProxies(env)).toEqual({ http: 'http://a', https: 'http://c', noProxy: 'd' });
  expect(determineProxies(env, { https: 'http://e' })).toMatchObject({ http: 'http://a', https: 'http://e' });
  expect(determineProxies({ ALL_PROXY: 'http://f' })).toMatchObject({ http: 'http://f', https: 'http://f' });
  expect(determineProxies({})).toEqual({});
});

test('the proxy is the one for the protocol', () => {
  const settings = { http: 'http://a', https: 'http://b' };
  expect(findProxy(settings, 'http://host.example/x')).toBe('http://a');
  expect(findProxy(settings, 'https://host.example/x')).toBe('http://b');
  expect(findProxy({ http: 'http://a' }, 'https://host.example/x')).toBeUndefined();
  expect(findProxy({ https: 'proxy.example:3128' }, 'https://host.example/x')).toBe('http://proxy.example:3128');
});

test.each([
  ['*', 'https://host.example'],
  ['host.example', 'https://host.example'],
  ['HOST.example', 'https://host.example'],
  ['example', 'https://host.example'],
  ['.example', 'https://host.example'],
  ['*.example', 'https://host.example'],
  ['other, host.example', 'https://host.example'],
  ['host.example:443', 'https://host.example'],
  ['host.example:8443', 'https://host.example:8443'],
  ['127.0.0.1', 'http://127.0.0.1:4873'],
  ['::1', 'http://[::1]:4873'],
  ['[::1]:4873', 'http://[::1]:4873'],
])('NO_PROXY=%s covers %s', (noProxy, url) => {
  expect(findProxy({ http: 'http://a', https: 'http://a', noProxy }, url)).toBeUndefined();
});

test.each([
  ['', 'https://host.example'],
  ['ost.example', 'https://host.example'],
  ['host.example:8443', 'https://host.example'],
  ['0.0.1', 'http://127.0.0.1'],
])('NO_PROXY=%s does not cover %s', (noProxy, url) => {
  expect(findProxy({ http: 'http://a', https: 'http://a', noProxy }, url)).toBe('http://a');
});
