import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz } from '@dema/testkit';
import { parseDebianList } from './debian-list.ts';
import { parseInventory } from './inventory.ts';
import { parseLock, renderLock, updateLock } from './lock-file.ts';
import { parseMappings } from './mappings.ts';
import { parseMirrors } from './mirrors.ts';
import { parsePackageUrl } from './package-url.ts';
import { parsePackagedInventory, toPackaged } from './packaged-inventory.ts';
import { resolveDependency } from './resolve-dependency.ts';
import { resolveLocked } from './resolve-locked.ts';

const INVENTORY = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../buildpacks/nodejs/dependencies.json'), 'utf8'),
);

fuzz('package URLs', {
  seeds: ['pkg:npm/%40scope/name@1.2.3?arch=amd64#sub', 'pkg:deb/debian/nginx@1.26-3?arch=all', 'pkg:generic/a'],
  tokens: ['pkg:', '/', '@', '?', '#', '&', '=', '%40', '%'],
  inputs: 2400,
  run: (input) => parsePackageUrl(input.toString()),
});

fuzz('inventory', {
  format: 'json',
  seeds: [JSON.stringify({ dependencies: INVENTORY.dependencies.slice(0, 2) })],
  inputs: 1800,
  run(input) {
    const parsed: unknown = parseJson(input.toString());
    const known = parseInventory(parsed, 'dependencies.json');
    for (const { id } of known.slice(0, 3)) {
      resolveDependency(known, id, [{ source: 'test', range: '>=20' }], { architecture: 'amd64' });
    }
  },
});

/** As the readers of the files that hold an inventory do it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

fuzz('mirrors of dependencies', {
  seeds: ['https://mirror.example/{originalHost}', 'mirror=https://u:p@m.example,skip-path=/dist', 'file:///srv'],
  tokens: ['mirror=', 'skip-path=', ',', '{originalHost}', '://', '@'],
  run: (input) =>
    parseMirrors({ BP_DEPENDENCY_MIRROR: input.toString() }, { all: () => [] }).find(
      'https://host.example/dist/a.tgz?b',
    ),
});

fuzz('lock of an app', {
  format: 'json',
  seeds: [renderLock({ 'dema/nodejs': parseInventory({ dependencies: INVENTORY.dependencies.slice(0, 2) }, 'x') })],
  inputs: 1800,
  run(input) {
    const lock = parseLock(input.toString(), 'dema.lock.json');
    for (const dependencies of Object.values(lock)) {
      resolveLocked(dependencies, 'node', [{ source: 'test', range: '>=20' }], { architecture: 'amd64' });
    }
    return renderLock(updateLock(lock, {}, 'amd64'));
  },
});

fuzz('dependencies of a packaged buildpack', {
  format: 'json',
  seeds: [JSON.stringify({ dependencies: [toPackaged(INVENTORY.dependencies[0])] })],
  inputs: 1800,
  run(input) {
    const parsed = parseJson(input.toString());
    if (typeof parsed !== 'object' || parsed === null) return;
    parsePackagedInventory(parsed as Record<string, unknown>, 'buildpack.toml').map(toPackaged);
  },
});

fuzz('lists of Debian packages', {
  format: 'json',
  seeds: ['{"name": "Rust", "version": "rustc", "packages": {"rustc": "the compiler"}, "image": "run"}'],
  run: (input) => parseDebianList(input.toString(), 'rust', 'rust.packages.json'),
});

fuzz('mappings of dependencies', {
  seeds: [`sha256:${'a'.repeat(64)}\0https://mirror.example/a.tgz`, `${'b'.repeat(128)}\0file:///srv/a`],
  tokens: ['\0', 'sha256_', 'sha512:', 'https://', '@'],
  run(input) {
    const [key = '', value = ''] = input.toString().split('\0');
    const read = () => value;
    const binding = {
      name: 'a',
      type: 'dependency-mapping',
      keys: [key],
      text: read,
      value: read,
      file: () => undefined,
    };
    return parseMappings({ all: () => [binding] });
  },
});
