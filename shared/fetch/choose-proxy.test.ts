import { expect, test } from 'vitest';
import { createProxyChoice } from './choose-proxy.ts';

const REGISTRY = 'https://registry.example/package';
const OTHER = 'https://other.example/file';
const ofEnvironment = { HTTPS_PROXY: 'http://environment.example:1' };

function npmWith(settings: { proxy?: string; httpsProxy?: string; noProxy?: string }) {
  return { ...settings, isRegistry: (url: string) => url === REGISTRY };
}

test("npm's proxy is for its registries, the environment's for all else", () => {
  const choose = createProxyChoice({ env: ofEnvironment, npm: npmWith({ httpsProxy: 'http://npm.example:1' }) });
  expect([choose(REGISTRY), choose(OTHER)]).toEqual(['http://npm.example:1', 'http://environment.example:1']);
});

test('each stands in for the other where that is not set', () => {
  const onlyNpm = createProxyChoice({
    env: {},
    npm: npmWith({ proxy: 'http://npm.example:1', noProxy: 'intern.example' }),
  });
  expect([onlyNpm(REGISTRY), onlyNpm(OTHER)]).toEqual(['http://npm.example:1', 'http://npm.example:1']);
  expect(onlyNpm('https://intern.example/file')).toBeUndefined();
  const onlyEnvironment = createProxyChoice({ env: ofEnvironment, npm: npmWith({}) });
  expect(onlyEnvironment(REGISTRY)).toBe('http://environment.example:1');
});

test("hosts without a proxy are npm's own for registries", () => {
  const env = { ...ofEnvironment, NO_PROXY: 'other.example' };
  const choose = createProxyChoice({ env, npm: npmWith({ noProxy: 'registry.example' }) });
  expect([choose(REGISTRY), choose(OTHER)]).toEqual([undefined, undefined]);
});
