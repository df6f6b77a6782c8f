import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz } from '@dema/testkit';
import { isChecksum, splitChecksum } from './checksum.ts';
import { readNpmConfig } from './npm-config.ts';
import { parseNpmrc, renderNpmrc } from './npmrc.ts';
import { findProxy } from './proxy.ts';
import { parseRetryAfter } from './retries.ts';
import { showUrl } from './shown-url.ts';
import { parseUserInfo, registerUserInfo } from './user-info.ts';

const NPMRC = `registry=https://npm.example/
@scope:registry = https://scope.example/npm/
//npm.example/:_authToken=\${NPM_TOKEN}
//scope.example/npm/:_auth=dXNlcjpwYXNz
//scope.example/npm/:username=me
//scope.example/npm/:_password=c2VjcmV0
; comment
[section]
ca[]="-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----"
cafile=/etc/ssl/certs/ca.pem
proxy=http://user:pass@proxy.example:3128
strict-ssl=false
`;

fuzz('.npmrc', {
  seeds: [NPMRC],
  tokens: ['[', ']', '[]=', '=', '${', '}', '\\${', ':_authToken=', ':registry=', 'ca[]=', '__proto__', '"', '\n'],
  inputs: 2400,
  run: (input) => parseNpmrc(renderNpmrc(parseNpmrc(input.toString(), { NPM_TOKEN: 'secret' })), {}),
});

fuzz('.npmrc, as settings', {
  seeds: [NPMRC],
  tokens: [':_authToken=', ':_auth=', ':registry=', 'ca[]=', 'http://', '@scope', 'registry='],
  inputs: 1200,
  async run(input, folder) {
    const file = join(folder, 'npmrc');
    writeFileSync(file, input);
    const env = {
      NPM_CONFIG_USERCONFIG: file,
      NPM_CONFIG_GLOBALCONFIG: '/dev/null',
      NPM_CONFIG_REGISTRY: undefined,
      HOME: folder,
      PATH: '',
    };
    const config = await readNpmConfig({ ...env, npm_config_registry: 'https://npm.example/' }, { cwd: folder });
    return [
      config.render(),
      config.headersFor('https://npm.example/a'),
      config.headersFor('https://scope.example/npm/b'),
    ];
  },
});

fuzz('checksums', {
  seeds: [`sha256:${'a'.repeat(64)}`, 'sha512-YWJj', 'sha1-x sha512-YQ=='],
  run(input) {
    const text = input.toString();
    return isChecksum(text) && splitChecksum(text);
  },
});

fuzz('proxies and hosts without', {
  seeds: ['localhost,.example.org,*.a:8080 [::1] 10.0.0.0/8', 'http://proxy:3128', 'http://u%zz:p@h/'],
  tokens: [',', ' ', '*', '.', ':', '[', ']', '//', '@'],
  run(input) {
    const text = input.toString();
    findProxy({ http: text, https: text, noProxy: text }, 'https://registry.example/a');
    registerUserInfo(text);
    return [parseUserInfo(text), showUrl(text), parseRetryAfter(text, 0)];
  },
});
