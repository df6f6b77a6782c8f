import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { registerSecret } from '@dema/errors';
import { type AptCredentials, findAptCredentials, parseAptCredentials } from './apt-credentials.ts';
import { type AptProxy, type AptSettings, findAptProxy, parseAptSettings } from './apt-settings.ts';
import { type AptSource, parseAptSources } from './apt-sources.ts';
import { debianMirrorInvalid, debianMirrorMissing } from './faults.ts';

/** Where Debian is served to this machine. Addresses have neither credentials nor a `/` at the end. */
export interface DebianMirror {
  /** The folder that holds `dists` and `pool`. */
  archive: string;
  security: string;
  /** The proxy that apt is told to use for the archive; the caller's fetcher must be made with it. */
  proxy?: AptProxy;
  /** Headers that carry the credentials for an address of this mirror. */
  headersFor(url: string): Record<string, string>;
}

export interface FoundDebianMirror extends DebianMirror {
  /** The same as text, credentials included: for a `findDebianMirror` elsewhere on this machine, which DEMA_DEBIAN_MIRROR_FILE leads to it. */
  render(): string;
}

type Environment = Record<string, string | undefined>;

/**
 * The mirror of DEMA_DEBIAN_MIRROR and DEMA_DEBIAN_SECURITY_MIRROR, else the one that the machine's apt uses; of that only
 * the base addresses, the proxy and the credentials are taken, never a suite. Without a security mirror it is
 * `<archive>-security`, as Debian's own servers name it.
 */
export async function findDebianMirror(
  env: Environment,
  { etc = '/etc' }: { etc?: string } = {},
): Promise<FoundDebianMirror> {
  if (env.DEMA_DEBIAN_MIRROR_FILE && !env.DEMA_DEBIAN_MIRROR) return readMirror(env.DEMA_DEBIAN_MIRROR_FILE);
  const apt = join(etc, 'apt');
  const sources = (await readSources(apt)).filter((source) => rankOf(source) > 0);
  const set = determineAddress(env, 'DEMA_DEBIAN_MIRROR');
  const found = set ?? findAddress(sources.filter((source) => !isSecurity(source)));
  if (!found) throw debianMirrorMissing(etc);
  const security =
    determineAddress(env, 'DEMA_DEBIAN_SECURITY_MIRROR') ??
    (set ? undefined : findAddress(sources.filter(isSecurity))) ??
    withSuffix(found, '-security');
  const credentials = [found, security].flatMap(credentialsOf).concat(await readCredentials(apt));
  return openMirror({
    archive: addressOf(found),
    security: addressOf(security),
    proxy: findProxy(await readSettings(apt), found.hostname),
    credentials,
  });
}

interface MirrorFile {
  archive: string;
  security: string;
  proxy?: AptProxy;
  credentials: AptCredentials[];
}

async function readMirror(file: string): Promise<FoundDebianMirror> {
  return openMirror(JSON.parse(await readFile(file, 'utf8')));
}

function openMirror({ archive, security, proxy, credentials }: MirrorFile): FoundDebianMirror {
  const used = [archive, security].flatMap((address) => findAptCredentials(credentials, `${address}/`) ?? []);
  return {
    archive,
    security,
    proxy,
    headersFor: (url) => headersOf(findAptCredentials(credentials, url)),
    render: () => JSON.stringify({ archive, security, proxy, credentials: [...new Set(used)] } satisfies MirrorFile),
  };
}

const CODENAMES = ['buster', 'bullseye', 'bookworm', 'trixie', 'forky', 'duke', 'sid'];
const ALIASES = ['oldoldstable', 'oldstable', 'stable', 'testing', 'unstable'];

/** How surely an entry is Debian itself; zero for those of others, which like to call their archives `debian` and their suites `stable`. */
function rankOf({ uri, suites, components, signedBy }: AptSource): number {
  const address = parseAddress(uri);
  if (!address || !components.includes('main')) return 0;
  const isNamed = (names: string[]): boolean =>
    suites.some((suite) =>
      names.includes(suite.replace(/(-updates|-security|-backports|\/updates|-proposed-updates)$/, '')),
    );
  const atDebian = /\/debian(-security)?$/.test(address.pathname);
  if (!isNamed([...CODENAMES, ...ALIASES])) return 0;
  if (signedBy !== '') return signedBy.includes('/debian-archive-') || signedBy.includes('BEGIN PGP') ? 3 : 0;
  if (isNamed(CODENAMES)) return atDebian ? 2 : 1;
  return atDebian ? 1 : 0;
}

function isSecurity({ uri, suites }: AptSource): boolean {
  return (
    suites.some((suite) => /(-security|\/updates)$/.test(suite)) && (suites.length === 1 || /-security\/?$/.test(uri))
  );
}

function findAddress(sources: AptSource[]): URL | undefined {
  const [best] = sources.toSorted((a, b) => rankOf(b) - rankOf(a));
  return best && parseAddress(best.uri);
}

function determineAddress(env: Environment, setting: string): URL | undefined {
  const value = env[setting]?.trim();
  if (!value) return undefined;
  const address = parseAddress(value);
  if (!address) throw debianMirrorInvalid(setting, value);
  return address;
}

function parseAddress(text: string): URL | undefined {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (!address || !/^https?:$/.test(address.protocol)) return undefined;
  address.pathname = address.pathname.replace(/\/+$/, '');
  return address;
}

function addressOf(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function withSuffix(url: URL, suffix: string): URL {
  const changed = new URL(url);
  changed.pathname = `${url.pathname.replace(/\/+$/, '')}${suffix}`;
  return changed;
}

function credentialsOf(url: URL): AptCredentials[] {
  if (url.username === '') return [];
  const protocol = url.protocol === 'http:' ? 'http:' : 'https:';
  const path = url.pathname.replace(/\/+$/, '');
  const [login, password] = [decodePart(url.username), decodePart(url.password)];
  return [{ protocol, host: url.host, path, login, password }];
}

/** What is not percent-encoded is meant as it stands. */
function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function headersOf(credentials: AptCredentials | undefined): Record<string, string> {
  if (!credentials) return {};
  const basic = Buffer.from(`${credentials.login}:${credentials.password}`).toString('base64');
  registerSecret(credentials.password);
  registerSecret(basic);
  return { authorization: `Basic ${basic}` };
}

function findProxy(settings: AptSettings, host: string): AptProxy | undefined {
  const proxy = findAptProxy(settings, host);
  return proxy.http || proxy.https ? proxy : undefined;
}

async function readSources(apt: string): Promise<AptSource[]> {
  const files = [
    ...(await readFiles(apt, (name) => name === 'sources.list')),
    ...(await readFiles(join(apt, 'sources.list.d'), (name) => /^[A-Za-z0-9_.-]+\.(list|sources)$/.test(name))),
  ];
  const sources = files.flatMap(({ name, text }) => parseAptSources(text, name));
  return Promise.all(sources.map(async (source) => ({ ...source, uri: await resolveMirrorList(source.uri) })));
}

/** Cloud images name a file that lists mirrors, best first: `mirror+file:/etc/apt/mirrors/debian.list`. */
async function resolveMirrorList(uri: string): Promise<string> {
  if (!uri.startsWith('mirror+file:')) return uri;
  const text = await readMirrorList(uri.slice('mirror+'.length)).catch(() => '');
  const [first = ''] = text.split('\n').filter((line) => /^\s*https?:/.test(line));
  return first.trim().split(/\s/)[0] ?? '';
}

/** Rejected for what names no file of this machine, too. */
async function readMirrorList(address: string): Promise<string> {
  return readFile(fileURLToPath(new URL(address)), 'utf8');
}

async function readSettings(apt: string): Promise<AptSettings> {
  const settings: AptSettings = new Map();
  const files = [
    ...(await readFiles(join(apt, 'apt.conf.d'), (name) => /^[A-Za-z0-9_-]+(\.conf)?$/.test(name))),
    ...(await readFiles(apt, (name) => name === 'apt.conf')),
  ];
  for (const { text } of files) parseAptSettings(text, settings);
  return settings;
}

async function readCredentials(apt: string): Promise<AptCredentials[]> {
  const files = [
    ...(await readFiles(apt, (name) => name === 'auth.conf')),
    ...(await readFiles(join(apt, 'auth.conf.d'), (name) => /^[A-Za-z0-9_-]+(\.conf)?$/.test(name))),
  ];
  return files.flatMap(({ text }) => parseAptCredentials(text));
}

/** Files of a folder in the order of their names; what is absent or unreadable (credentials are root's) is left out. */
async function readFiles(
  folder: string,
  accepts: (name: string) => boolean,
): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(folder).catch(() => [])).filter(accepts).sort();
  const files = names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8').catch(() => '') }));
  return Promise.all(files);
}
