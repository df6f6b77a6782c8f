import { defineBuildpack, found, skip, text } from '@dema/buildpack';

interface CargoToml {
  package?: { name: string };
}

export default defineBuildpack({
  settings: { BP_RUST_VERSION: text('Version or range of Rust') },
  async inspect({ app }) {
    const manifest = await app.readToml<CargoToml>('Cargo.toml');
    return manifest?.package
      ? found('Cargo.toml', { name: manifest.package.name })
      : skip('no Cargo.toml of a package');
  },
  async build({ settings, facts, dependencies, layer, exec, launch }) {
    const rust = await dependencies.resolve('rust', settings.BP_RUST_VERSION);
    const toolchain = await layer('rust', { build: true, cache: true, key: rust }, (dir) => rust.unpack(dir));
    const target = await layer('target', { build: true, cache: true, key: toolchain });
    await exec('cargo', ['build', '--release', '--target-dir', target.path], {
      failures: [
        {
          code: 'RUST_CRATE_MISSING',
          when: /^error: no matching package named `(\S+)` found/,
          problem: 'There is no crate $1.',
          fix: 'Correct the name of $1 in Cargo.toml.',
        },
      ],
    });
    launch.web([await launch.keep(target.file('release', facts.name))]);
  },
});
