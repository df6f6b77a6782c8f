import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz } from '@dema/testkit';
import { SBOM_FORMATS } from './formats.ts';
import { joinLicenses, readLicense } from './license.ts';
import { readNpmPackages } from './npm-packages.ts';

const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    '': { name: 'app' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-YWJj sha1-YQ==', dev: true },
    'node_modules/@b/c': { version: '2.0.0', link: true },
  },
});
const MANIFEST = JSON.stringify({ name: 'a', version: '1.0.0', license: 'MIT', licenses: [{ type: 'BSD', url: 'x' }] });

for (const [name, seed, file] of [
  ['lock of npm, for an SBOM', LOCK, 'package-lock.json'],
  ['package of npm, for an SBOM', MANIFEST, 'node_modules/a/package.json'],
] as const) {
  fuzz(name, {
    format: 'json',
    seeds: [seed],
    inputs: 900,
    run(input, folder) {
      mkdirSync(join(folder, 'node_modules/a'), { recursive: true });
      writeFileSync(join(folder, 'package-lock.json'), LOCK);
      writeFileSync(join(folder, 'node_modules/a/package.json'), MANIFEST);
      writeFileSync(join(folder, file), input);
      const components = readNpmPackages(folder);
      for (const format of SBOM_FORMATS) format.render(components, { subject: { type: 'image', name: 'a' } });
    },
  });
}

fuzz('licences', {
  seeds: ['MIT', '(MIT OR Apache-2.0) AND BSD-3-Clause', 'GPL-2.0+ WITH Classpath-exception-2.0', 'LicenseRef-x'],
  tokens: [' OR ', ' AND ', ' WITH ', '(', ')', '+', 'MIT'],
  longest: 16 * 1024,
  run: (input) => joinLicenses([readLicense(input.toString()).text, 'MIT']),
});
