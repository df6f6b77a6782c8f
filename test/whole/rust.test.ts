import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, eventsOf, makePlace, type Place, runImage } from './dema.ts';

const RUST = join(import.meta.dirname, '../buildpacks/rust');

let place: Place;
beforeAll(async () => {
  place = await makePlace();
});
afterAll(() => place.remove());

/** The toolchain is kept between test runs, for it is 160 MB of packages. */
test('a language that an author added in one file, with its toolchain of Debian packages', async () => {
  const build = ['build', join(RUST, 'samples/hello'), '--buildpack', RUST, '--tag', 'rust-sample', '--json'];
  const { code, stdout, stderr } = await dema(build, place);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const layers = eventsOf(stdout).filter(({ type }) => type === 'layer-exported');
  expect(layers.map(({ name }) => name)).toContain('example/rust:kept');
  expect(layers.map(({ name }) => name)).not.toContain('example/rust:rust');
  const running = await runImage(['rust-sample'], place);
  expect(await (await fetch(`http://127.0.0.1:${running.port}/`)).text()).toBe('Hello from Rust\n');
  running.kill('SIGTERM');
  await running.ended;
}, 300_000);
