import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSigningKey, fuzz, makeDeb } from '@dema/testkit';
import { findAptCredentials, parseAptCredentials } from './apt-credentials.ts';
import { findAptProxy, parseAptSettings } from './apt-settings.ts';
import { parseAptSources } from './apt-sources.ts';
import { resolveClosure } from './closure.ts';
import { parseParagraphs } from './control.ts';
import { findDebianMirror } from './find-debian-mirror.ts';
import { packageEntries } from './package-entries.ts';
import { createPackageIndex, parseCompact, parsePackages, renderCompact } from './package-index.ts';
import { parsePackageLock } from './package-lock.ts';
import { parseRelations } from './relations.ts';
import { parseRelease } from './release.ts';
import { verifySigned } from './signature.ts';

const LOCK = readFileSync(join(import.meta.dirname, '../../builders/base/run.lock.json'), 'utf8');
const HASH = 'a'.repeat(64);
const PACKAGES = `Package: hello
Version: 2:1.0-1
Architecture: amd64
Depends: libc6 (>= 2.38), perl:any | perl5, mta
Pre-Depends: dpkg (>= 1.17.14)
Provides: greeting (= 1.0), other
Priority: required
Filename: pool/main/h/hello/hello_1.0-1_amd64.deb
Size: 1000
SHA256: ${HASH}
Description: greets
 .
 Two lines.

Package: libc6
Version: 2.41-12
Filename: pool/main/g/glibc/libc6_2.41-12_amd64.deb
Size: 5
SHA256: ${HASH}

`;
const RELEASE = `Origin: Debian
Codename: trixie
Date: Sat, 15 Nov 2025 10:12:15 UTC
Valid-Until: Sat, 22 Nov 2035 10:12:15 UTC
Acquire-By-Hash: yes
SHA256:
 ${HASH} 1000 main/binary-amd64/Packages.xz
 ${HASH} 99 main/binary-arm64/Packages.gz
`;
const SOURCES = `Types: deb
URIs: http://mirror.example/debian mirror+file:/etc/apt/mirrors/debian.list
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Enabled: no
Types: deb-src
URIs: http://user:secret@mirror.example/debian-security
Suites: trixie-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
`;
const LIST = `# comment
deb http://mirror.example/debian trixie main contrib
deb [arch=amd64 signed-by=/etc/apt/keyrings/a.gpg] https://u:p@mirror.example/debian-security trixie-security main
deb mirror+file:/etc/apt/mirrors/debian.list trixie main
`;
const SETTINGS = `// comment
Acquire::http::Proxy "http://proxy.example:3128";
Acquire { https { Proxy::mirror.example "DIRECT"; Timeout "10"; }; /* more */ };
APT::Update { "one"; "two"; };
`;
const CREDENTIALS = 'machine https://mirror.example/debian login me password secret\nmachine host login a password b\n';
const WORDS = [
  'Package:',
  'Version: ',
  'SHA256:',
  'Depends: ',
  ' (>= 1)',
  ' | ',
  ', ',
  '\n ',
  '\n\n',
  'deb ',
  '[',
  ']',
  'mirror+file:',
  'main',
  'trixie',
];

fuzz('paragraphs', {
  seeds: [PACKAGES, SOURCES, RELEASE],
  tokens: WORDS,
  run: (input) => [...parseParagraphs(input.toString())],
});

fuzz('Packages', {
  seeds: [PACKAGES],
  tokens: WORDS,
  inputs: 2400,
  run(input) {
    const packages = parsePackages(input.toString());
    const index = createPackageIndex('amd64', new Date(0), parseCompact(renderCompact(packages)) ?? []);
    return packages[0] && resolveClosure(index, [packages[0].name]);
  },
});

fuzz('relations', {
  seeds: ['libc6 (>= 2.38), perl:any | perl5, mta', 'a (<< 1:2~rc1-3)'],
  tokens: [' | ', ', ', '(', ')', '>=', '<<', ':any'],
  run: (input) => parseRelations(input.toString()),
});

fuzz('Release', { seeds: [RELEASE], tokens: WORDS, run: (input) => parseRelease(input.toString()) });

const key = await createSigningKey();
fuzz('InRelease', {
  seeds: [await key.sign(RELEASE)],
  tokens: ['-----BEGIN PGP SIGNED MESSAGE-----\n', 'Hash: SHA512\n', '-----BEGIN PGP SIGNATURE-----', '- '],
  inputs: 900,
  async run(input) {
    const { text } = await verifySigned(input.toString(), [key.publicKey], new Date());
    return text && parseRelease(text);
  },
});

for (const [name, file, seed] of [
  ['sources, deb822', 'debian.sources', SOURCES],
  ['sources, one a line', 'debian.list', LIST],
] as const) {
  fuzz(name, {
    seeds: [seed],
    tokens: WORDS,
    inputs: 1800,
    async run(input, folder) {
      parseAptSources(input.toString(), file);
      mkdirSync(join(folder, 'apt/sources.list.d'), { recursive: true });
      writeFileSync(join(folder, 'apt/sources.list.d', file), input);
      const { archive, headersFor } = await findDebianMirror({}, { etc: folder });
      return headersFor(archive);
    },
  });
}

fuzz('addresses of a mirror', {
  seeds: ['http://user:secret@mirror.example:8080/debian/', 'https://mirror.example'],
  async run(input, folder) {
    const { security, headersFor } = await findDebianMirror({ DEMA_DEBIAN_MIRROR: input.toString() }, { etc: folder });
    return headersFor(security);
  },
});

fuzz('settings of apt', {
  seeds: [SETTINGS],
  tokens: ['{', '}', ';', '"', '::', '/*', '*/', '//', 'Acquire', '#clear'],
  run(input) {
    const settings = new Map();
    parseAptSettings(input.toString(), settings);
    return findAptProxy(settings, 'mirror.example');
  },
});

fuzz('credentials of apt', {
  seeds: [CREDENTIALS],
  tokens: ['machine ', 'login ', 'password '],
  run: (input) => findAptCredentials(parseAptCredentials(input.toString()), 'https://mirror.example/debian/dists'),
});

fuzz('lock of packages', {
  format: 'json',
  seeds: [JSON.stringify({ ...JSON.parse(LOCK), architectures: firstOf(JSON.parse(LOCK).architectures) })],
  run: (input) => parsePackageLock(input.toString(), 'run.lock.json'),
});

function firstOf(architectures: Record<string, unknown[]>): Record<string, unknown[]> {
  return Object.fromEntries(Object.entries(architectures).map(([name, packages]) => [name, packages.slice(0, 3)]));
}

const DEB = await makeDeb({
  name: 'hello',
  version: '1',
  files: { './bin/a': 'a', './usr/lib/b': 'b', './lib64/c': 'c' },
});
fuzz('members of a package', {
  seeds: [DEB],
  inputs: 600,
  async run(input, folder) {
    const path = join(folder, 'hello.deb');
    writeFileSync(path, input);
    for await (const _ of packageEntries(path));
  },
});
