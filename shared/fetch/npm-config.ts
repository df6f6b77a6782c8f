import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { splitPem } from './certificates.ts';
import { npmConfigInvalid, npmRegistryUnknown } from './faults.ts';
import { authHeaders, registerCredentials, scopeCredentials } from './npm-auth.ts';
import { findDefaultRegistry, findNpmFolder } from './npm-client.ts';
import { type NpmSettings, parseNpmEnvironment, readNpmrc, renderNpmrc } from './npmrc.ts';

type Environment = Record<string, string | undefined>;

const KEPT = /^(strict-ssl|replace-registry-host|fetch-retr.*|fetch-timeout|maxsockets|ca)$/;

/** What of npm's configuration is about reaching registries. */
export interface NpmConfig {
  /** Address of the default registry, with a slash at its end. Throws FETCH_NPM_REGISTRY_UNKNOWN when there is none. */
  readonly registry: string;
  /** Registries by scope, `@scope`. */
  scopes: Record<string, string>;
  /** Whether an address is on the host of one of them. */
  isRegistry(url: string): boolean;
  /** The registry of an npm that nobody has configured. */
  findDefaultRegistry(): Promise<string | undefined>;
  /** Any setting, by npm's name for it in lower case with hyphens; undefined when nobody has set it. */
  setting(name: string): string | undefined;
  /** Credentials for an address of a registry, as request headers. */
  headersFor(url: string): Record<string, string>;
  cafile?: string;
  /** Authorities to trust, PEM, those of `cafile` among them. */
  ca: string[];
  proxy?: string;
  httpsProxy?: string;
  noProxy?: string;
  /** The same as the text of an npmrc, credentials included, but without `cafile`: for an npm elsewhere on this machine. */
  render(): string;
}

/**
 * Variables go before the npmrc of `cwd` (where given), that before the user's, that before the global one.
 * Fault: FETCH_NPM_CONFIG_INVALID. Credentials found are hidden from everything shown later.
 */
export async function readNpmConfig(env: Environment, { cwd }: { cwd?: string } = {}): Promise<NpmConfig> {
  const npmFolder = await findNpmFolder(env);
  const settings = await readSettings(env, cwd, npmFolder);
  const named = readAddress(settings.registry);
  const found = named ? { registry: checkedRegistry(named) } : await findDefaultRegistry(env, npmFolder);
  const registry = 'registry' in found ? withSlash(found.registry) : undefined;
  const credentials = scopeCredentials(settings, registry);
  registerCredentials(credentials);
  const scopes = findScopes(settings);
  const cafile = text(settings.cafile);
  const fileCa = cafile ? splitPem(await readFile(cafile, 'latin1').catch(() => '')) : [];
  const config = {
    scopes,
    cafile,
    ca: [...[settings.ca ?? []].flat().flatMap((pem) => splitPem(pem.replaceAll('\\n', '\n'))), ...fileCa],
    proxy: readAddress(settings.proxy),
    httpsProxy: readAddress(settings['https-proxy']),
    noProxy: [settings.noproxy ?? []].flat().join(',') || undefined,
  };
  return {
    ...config,
    get registry() {
      if (registry) return registry;
      throw npmRegistryUnknown('missing' in found ? [found.missing] : []);
    },
    isRegistry(url) {
      return [registry ?? [], Object.values(scopes)].flat().some((one) => new URL(one).host === new URL(url).host);
    },
    async findDefaultRegistry() {
      const found = await findDefaultRegistry(env, npmFolder);
      return 'registry' in found ? found.registry : undefined;
    },
    setting: (name) => text([settings[name] ?? []].flat().join(',')),
    headersFor: (url) => authHeaders(credentials, url),
    render: () => renderConnections({ ...config, registry }, settings, credentials),
  };
}

/** Address of a version's archive, as every registry serves it. */
export function npmTarballUrl(config: NpmConfig, name: string, version: string): string {
  const [scope, base] = name.startsWith('@') ? name.split('/') : [undefined, name];
  return `${(scope && config.scopes[scope]) || config.registry}${name}/-/${base}-${version}.tgz`;
}

async function readSettings(
  env: Environment,
  cwd: string | undefined,
  npmFolder: string | undefined,
): Promise<NpmSettings> {
  const variables = parseNpmEnvironment(env);
  const project = cwd ? await readNpmrc(join(cwd, '.npmrc'), env) : {};
  const user = await readNpmrc(text(variables.userconfig) ?? join(env.HOME || homedir(), '.npmrc'), env);
  const above = { ...user, ...project, ...variables };
  const builtin = npmFolder ? await readNpmrc(join(npmFolder, 'npmrc'), env) : {};
  return { ...builtin, ...(await readGlobal(above, env, npmFolder)), ...above };
}

async function readGlobal(above: NpmSettings, env: Environment, npmFolder: string | undefined): Promise<NpmSettings> {
  const named = text(above.globalconfig);
  if (named) return readNpmrc(named, env);
  // npm lies in PREFIX/lib/node_modules/npm.
  const beside = npmFolder ? [dirname(dirname(dirname(npmFolder)))] : [];
  const prefixes = [text(above.prefix) ?? env.PREFIX ?? [], beside, '/usr', '/usr/local', '/'].flat();
  for (const prefix of prefixes) {
    const settings = await readNpmrc(join(prefix, 'etc', 'npmrc'), env);
    if (Object.keys(settings).length > 0) return settings;
  }
  return {};
}

function findScopes(settings: NpmSettings): Record<string, string> {
  const found = Object.entries(settings).flatMap(([key, value]) => {
    const scope = /^(@[^/:]+):registry$/.exec(key)?.[1];
    const address = readAddress(value);
    return scope && address ? [[scope, withSlash(checkedRegistry(address))] as const] : [];
  });
  return Object.fromEntries(found.sort());
}

function renderConnections(
  config: Pick<NpmConfig, 'scopes' | 'proxy' | 'httpsProxy' | 'noProxy'> & { registry?: string },
  settings: NpmSettings,
  credentials: NpmSettings,
): string {
  const kept = Object.keys(settings).filter((key) => KEPT.test(key));
  const values: NpmSettings = {
    ...(config.registry ? { registry: config.registry } : {}),
    ...Object.fromEntries(Object.entries(config.scopes).map(([scope, address]) => [`${scope}:registry`, address])),
    ...(config.proxy ? { proxy: config.proxy } : {}),
    ...(config.httpsProxy ? { 'https-proxy': config.httpsProxy } : {}),
    ...(config.noProxy ? { noproxy: config.noProxy } : {}),
    ...Object.fromEntries(kept.sort().flatMap((key) => (settings[key] === undefined ? [] : [[key, settings[key]]]))),
    ...Object.fromEntries(Object.entries(credentials).sort()),
  };
  return renderNpmrc(values);
}

function checkedRegistry(address: string): string {
  if (URL.canParse(address)) return address;
  throw npmConfigInvalid('npm', `the registry ${address} is not an address`);
}

function withSlash(address: string): string {
  return address.replace(/\/*$/, '/');
}

function readAddress(value: string | string[] | undefined): string | undefined {
  const address = text(value);
  return address === 'null' || address === 'false' ? undefined : address;
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
