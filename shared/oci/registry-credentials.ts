import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { registerSecret } from '@dema/errors';
import { exec } from '@dema/exec';
import { credentialHelperFailed, registryAuthInvalid } from './faults.ts';

type Environment = Record<string, string | undefined>;

/** How to log in to a registry: a finished header, a user with a password, or a token that gives further tokens. */
export type Credentials = { header: string } | { user: string; password: string } | { identityToken: string };

export interface CredentialOptions {
  /** Some configurations have logins for parts of a registry. */
  repository?: string;
  /** Asks a credential helper; to remember what it says. */
  ask?: typeof askHelper;
}

type Wanted = Required<CredentialOptions> & { host: string; env: Environment };

/** The key that Docker has for its own registry. */
const DOCKER_KEY = 'index.docker.io';

/**
 * What CNB_REGISTRY_AUTH says of a host, else the configuration of Docker (DOCKER_CONFIG, ~/.docker) or of podman
 * (REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR), credential helpers included; undefined for a registry that nothing is known of.
 * Faults: OCI_REGISTRY_AUTH_INVALID, OCI_CREDENTIAL_HELPER_FAILED.
 */
export async function findCredentials(
  host: string,
  env: Environment,
  { repository = '', ask = askHelper }: CredentialOptions = {},
): Promise<Credentials | undefined> {
  const found = findInVariable(host, env) ?? (await findInFiles({ host, repository, ask, env }));
  for (const [name, value] of Object.entries(found ?? {})) if (name !== 'user') registerSecret(value);
  return found;
}

function findInVariable(host: string, env: Environment): Credentials | undefined {
  if (!env.CNB_REGISTRY_AUTH) return undefined;
  const value = parseJson(env.CNB_REGISTRY_AUTH);
  if (value === undefined) throw registryAuthInvalid('CNB_REGISTRY_AUTH', 'it is no JSON object');
  const header = Object.entries(value).find(([name]) => placeOf(name) === keyOf(host))?.[1];
  if (header === undefined) return undefined;
  const [, kind, rest = ''] = /^(Basic|Bearer|X-Identity) (.+)$/.exec(textOf(header) ?? '') ?? [];
  if (kind === undefined) throw registryAuthInvalid('CNB_REGISTRY_AUTH', `its value for ${host} is no header`);
  if (kind === 'X-Identity') return { identityToken: rest };
  return kind === 'Basic' ? parseBasic(rest, 'CNB_REGISTRY_AUTH') : { header: `Bearer ${rest}` };
}

async function findInFiles(wanted: Wanted): Promise<Credentials | undefined> {
  const { env } = wanted;
  const home = env.HOME || homedir();
  const files = [
    join(env.DOCKER_CONFIG || join(home, '.docker'), 'config.json'),
    env.REGISTRY_AUTH_FILE ?? (env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, 'containers/auth.json') : undefined),
  ];
  for (const file of files) {
    const text = file && (await readFile(file, 'utf8').catch(() => undefined));
    if (!file || text === undefined || text === '') continue;
    const config = parseJson(text);
    if (config === undefined) throw registryAuthInvalid(file, 'it is no JSON object');
    const found = await findInConfig(wanted, config, file);
    if (found) return found;
  }
  return undefined;
}

async function findInConfig(
  { host, repository, ask, env }: Wanted,
  config: Record<string, unknown>,
  file: string,
): Promise<Credentials | undefined> {
  const place = `${keyOf(host)}/${repository}`;
  const helper = textOf(valueFor(place, config.credHelpers));
  if (helper) return ask(helper, host, env);
  const known = tableOf(valueFor(place, config.auths));
  const [identityToken, token, auth, user] = [known.identitytoken, known.registrytoken, known.auth, known.username].map(
    textOf,
  );
  if (identityToken) return { identityToken };
  if (token) return { header: `Bearer ${token}` };
  if (auth) return parseBasic(auth, file);
  if (user) return { user, password: textOf(known.password) ?? '' };
  const store = textOf(config.credsStore);
  return store ? ask(store, host, env) : undefined;
}

/** Of the longest name that is one of the host, or of a part of what it holds. */
function valueFor(place: string, table: unknown): unknown {
  const fitting = Object.entries(tableOf(table)).filter(([name]) => `${place}/`.startsWith(`${placeOf(name)}/`));
  return fitting.sort(([one], [other]) => placeOf(other).length - placeOf(one).length)[0]?.[1];
}

function tableOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A program `docker-credential-<name>` that reads the host and writes JSON (docker-credential-helpers). */
export async function askHelper(name: string, host: string, env: Environment): Promise<Credentials | undefined> {
  const command = `docker-credential-${name}`;
  const input = host === 'docker.io' ? `https://${DOCKER_KEY}/v1/` : host;
  const variables = Object.entries(env).filter((one): one is [string, string] => one[1] !== undefined);
  const { code, stdout, stderr } = await exec(command, ['get'], {
    env: Object.fromEntries(variables),
    input,
    timeoutMs: 60_000,
  });
  if (code !== 0 && /not found/i.test(stdout + stderr)) return undefined;
  const answer = code === 0 ? parseJson(stdout) : undefined;
  const { Username: user, Secret: secret } = answer ?? {};
  if (typeof user !== 'string' || typeof secret !== 'string')
    throw credentialHelperFailed(command, host, stdout + stderr);
  return user === '<token>' ? { identityToken: secret } : { user, password: secret };
}

function parseBasic(encoded: string, source: string): Credentials {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw registryAuthInvalid(source, 'a user and a password in it are not encoded as they should be');
  return { user: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}

function keyOf(host: string): string {
  return host === 'docker.io' ? DOCKER_KEY : host;
}

/** Configurations name hosts with and without a scheme, and with the path of an API. */
function placeOf(name: string): string {
  const [host = '', ...path] = name
    .replace(/^https?:\/\//, '')
    .replace(/\/(v[12]\/?)?$/, '')
    .split('/');
  const isDocker = host === 'docker.io' || host === 'registry-1.docker.io';
  return [isDocker ? DOCKER_KEY : host, ...path].join('/');
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
