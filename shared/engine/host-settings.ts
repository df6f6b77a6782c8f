import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findHostCertificates, type NpmConfig } from '@dema/fetch';
import type { Mount } from './sandbox.ts';

/** What a build takes from the machine it runs on in order to reach the network, and nothing of which it leaves in the image. */
export interface HostSettings {
  env: Record<string, string>;
  mounts: Mount[];
}

/** Of a build without network, which our buildpacks and npm are told: they would otherwise try for more than a minute. */
export const NO_HOST_SETTINGS: HostSettings = { env: { DEMA_OFFLINE: 'true', NPM_CONFIG_OFFLINE: 'true' }, mounts: [] };

const NETWORK_VARIABLES = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'],
  ...['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'],
  'RES_OPTIONS',
];

/** Variables by which OpenSSL, Node.js, curl, git and Python programs take a bundle of certificates. */
const CERTIFICATE_VARIABLES = [
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'REQUESTS_CA_BUNDLE',
];

/** Folder of the sandbox in which the files of `HostSettings` stand. */
const HOST_DIR = '/platform/host';

/** Configuration of a client as the text that an equal client reads, credentials included. */
export interface Rendered {
  render(): string;
}

/** The configuration of clients on this machine, which those in a build are given. */
export interface Clients {
  npm?: NpmConfig;
  /** The Debian mirror, for dependencies that are packages of Debian. */
  debian?: Rendered;
}

/** Writes the files that the sandbox needs into `folder` and says how to mount and name them. */
export async function writeHostSettings(
  folder: string,
  env: Record<string, string | undefined>,
  { npm, debian }: Clients = {},
): Promise<HostSettings> {
  const settings: HostSettings = { env: {}, mounts: [{ source: folder, target: HOST_DIR }] };
  for (const name of NETWORK_VARIABLES) {
    const value = env[name];
    if (value) settings.env[name] = value;
  }
  const certificates = await readCertificates(env, npm);
  if (certificates.length > 0) {
    await writeFile(join(folder, 'certificates.pem'), certificates.join('\n'));
    for (const name of CERTIFICATE_VARIABLES) settings.env[name] = `${HOST_DIR}/certificates.pem`;
  }
  if (npm) {
    await writeFile(join(folder, 'npmrc'), npm.render(), { mode: 0o600 });
    settings.env.NPM_CONFIG_USERCONFIG = `${HOST_DIR}/npmrc`;
  }
  if (debian) await writeDebianSettings(settings, folder, env, debian);
  return settings;
}

/** The mirror, and what this machine says of the archive that is there. */
async function writeDebianSettings(
  settings: HostSettings,
  folder: string,
  env: Record<string, string | undefined>,
  debian: Rendered,
): Promise<void> {
  await writeFile(join(folder, 'debian-mirror.json'), debian.render(), { mode: 0o600 });
  settings.env.DEMA_DEBIAN_MIRROR_FILE = `${HOST_DIR}/debian-mirror.json`;
  if (env.DEMA_DEBIAN_ALLOW_EXPIRED) settings.env.DEMA_DEBIAN_ALLOW_EXPIRED = env.DEMA_DEBIAN_ALLOW_EXPIRED;
  if (!env.DEMA_DEBIAN_KEYS) return;
  const keys = await readFile(env.DEMA_DEBIAN_KEYS, 'utf8').catch(() => undefined);
  if (keys === undefined) return;
  await writeFile(join(folder, 'debian-keys.asc'), keys);
  settings.env.DEMA_DEBIAN_KEYS = `${HOST_DIR}/debian-keys.asc`;
}

async function readCertificates(
  env: Record<string, string | undefined>,
  npm: NpmConfig | undefined,
): Promise<string[]> {
  const { pem } = await findHostCertificates(env);
  return [...new Set([...pem, ...(npm?.ca ?? [])])];
}
