import { parseBuildpackToml } from '@dema/spec';
import { expect, test } from 'vitest';
import type { BuildpackFolder } from './builder.ts';
import { expandOrder, listBuildpacks } from './expand-order.ts';

function folder(id: string, ...members: string[]): BuildpackFolder {
  const head = `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1"\n`;
  const group = members.map((member) => `[[order.group]]\nid = "${member}"\nversion = "1"\n`).join('');
  return {
    folder: id,
    descriptor: parseBuildpackToml(`${head}${members.length ? `[[order]]\n${group}` : ''}`, 'buildpack.toml'),
  };
}

const system = { pre: [], post: [] };
const order = [[{ id: 'a', optional: false }]];

test('a composite that leads back to itself is a fault, not an endless walk', () => {
  const builder = { name: 'b', order, system, buildpacks: [folder('a', 'b'), folder('b', 'a')] };
  expect(listBuildpacks(builder, 'production')).toEqual([]);
  expect(() => [...expandOrder(builder, 'production')]).toThrow(
    expect.objectContaining({ code: 'ENGINE_ORDER_CYCLIC', exitCode: 22 }),
  );
});

test('a composite that names what is not there is a fault', () => {
  const builder = { name: 'b', order, system, buildpacks: [folder('a', 'c')] };
  expect(() => listBuildpacks(builder, 'production')).toThrow(
    expect.objectContaining({
      code: 'ENGINE_BUILDPACK_MISSING',
      exitCode: 22,
      problem: expect.stringContaining('c@1'),
    }),
  );
});

test('an API that is not known is a fault before anything runs', () => {
  const old = folder('a');
  const builder = { name: 'b', order, system, buildpacks: [{ ...old, descriptor: { ...old.descriptor, api: '0.6' } }] };
  expect(() => listBuildpacks(builder, 'production')).toThrow(
    expect.objectContaining({ code: 'ENGINE_BUILDPACK_API_UNSUPPORTED', exitCode: 12 }),
  );
});
