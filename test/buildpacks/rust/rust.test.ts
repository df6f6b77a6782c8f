import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HarnessOptions, openBuildpackHarness, type ScriptedCommand } from '@dema/testkit';
import { expect, test } from 'vitest';
import rust from './index.ts';

const CARGO: ScriptedCommand = {
  line: /^cargo build --release --target-dir \S+\/target$/,
  async run({ line, cwd }) {
    const release = join(line.split(' ').at(-1) ?? '', 'release');
    await mkdir(release, { recursive: true });
    await writeFile(join(release, 'greeter'), await readFile(join(cwd, 'src/main.rs')));
    await chmod(join(release, 'greeter'), 0o755);
    return { stderr: 'Compiling greeter' };
  },
};

function open(options: HarnessOptions = {}) {
  return openBuildpackHarness(rust, {
    app: { 'Cargo.toml': '[package]\nname = "greeter"\n', 'src/main.rs': 'one' },
    dependencies: ['1.84.0', '1.85.0'].map((version) => ({ id: 'rust', version, files: { 'bin/cargo': '#!cargo' } })),
    defaultVersions: { rust: '1.x' },
    commands: [CARGO],
    ...options,
  });
}

test.each([
  [{}, 'no Cargo.toml of a package'],
  [{ 'Cargo.toml': '[workspace]\n' }, 'no Cargo.toml of a package'],
])('says no to %j', async (app, reason) => {
  await using harness = await open({ app });
  expect(await harness.detect()).toMatchObject({ code: 100, lines: [reason] });
});

test('builds, and keeps what was built for the image', async () => {
  await using harness = await open();
  const { fault, lines, launch, layers } = await harness.build({ BP_RUST_VERSION: '1.84' });
  expect(fault).toBeUndefined();
  expect(lines[0]).toBe('  rust 1.84.0, newest of "1.84" from BP_RUST_VERSION');
  const program = join(harness.layersDir, 'kept/bin/greeter');
  expect(launch.processes).toMatchObject([{ type: 'web', command: [program], default: true }]);
  expect(await readFile(program, 'utf8')).toBe('one');
  expect(layers.kept).toMatchObject({ launch: true, build: false, cache: false });
  expect(layers.target).toMatchObject({ launch: false, build: true, cache: true });
});

test('the toolchain is the key of what was built with it', async () => {
  await using harness = await open();
  await harness.build({ BP_RUST_VERSION: '1.84' });
  await harness.restore();
  const same = await harness.build({ BP_RUST_VERSION: '1.84' });
  expect(same.lines).toContain('    layer rust: reusing');
  expect(same.lines).toContain('    layer kept: reusing');
  await writeFile(join(harness.layersDir, 'target/old'), '');
  await harness.restore();
  await harness.writeApp({ 'src/main.rs': 'two' });
  const { lines } = await harness.build();
  expect(lines).toContain('    layer rust: making (rust 1.84.0 -> 1.85.0)');
  expect(lines).toContainEqual(expect.stringMatching(/^ {4}layer kept: making \(bin\/greeter changed\)$/));
  await expect(readFile(join(harness.layersDir, 'target/old'))).rejects.toThrow('ENOENT');
});

test.each([
  ['RUST_CRATE_MISSING', 'error: no matching package named `serd` found'],
  ['BUILDPACK_COMMAND_FAILED', 'error: could not compile'],
])('%s', async (code, stderr) => {
  await using harness = await open({ commands: [{ line: /^cargo/, run: async () => ({ code: 101, stderr }) }] });
  expect((await harness.build()).fault).toMatchObject({ code, details: [stderr] });
});

test('a program that was not built', async () => {
  await using harness = await open({ commands: [{ line: /^cargo/ }] });
  expect((await harness.build()).fault).toMatchObject({ code: 'BUILDPACK_KEPT_FILE_MISSING', blame: 'user' });
  await rm(harness.appDir, { recursive: true });
});
