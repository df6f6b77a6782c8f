import { registerSecret } from '@dema/errors';
import type { NpmSettings } from './npmrc.ts';

const CREDENTIALS = ['_authToken', '_auth', 'username', '_password'];

/** Settings that belong to the path of a registry, `//host/path/:_authToken`; unscoped credentials are the default registry's. */
export function scopeCredentials(settings: NpmSettings, registry: string | undefined): NpmSettings {
  const scoped = Object.fromEntries(Object.entries(settings).filter(([key]) => key.startsWith('//')));
  if (!registry) return scoped;
  for (const name of CREDENTIALS) {
    const key = `${registryPath(registry)}:${name}`;
    const value = settings[name] ?? settings[name.toLowerCase()];
    if (value !== undefined) scoped[key] ??= value;
  }
  return scoped;
}

/** Request headers for an address: the credentials of the longest path that it lies below. */
export function authHeaders(credentials: NpmSettings, url: string): Record<string, string> {
  const { host, pathname } = new URL(url);
  let path = `//${host}${pathname}`;
  while (path.length > '//'.length) {
    const authorization = authorizationOf(credentials, path);
    if (authorization) return { authorization };
    path = path.endsWith('/') ? path.slice(0, -1) : path.slice(0, path.lastIndexOf('/') + 1);
  }
  return {};
}

/** Hides every credential from what is shown. */
export function registerCredentials(credentials: NpmSettings): void {
  for (const [key, value] of Object.entries(credentials)) {
    if (!/:(_authToken|_auth|_password)$/.test(key) || typeof value !== 'string') continue;
    registerSecret(value);
    if (!key.endsWith('_authToken')) registerSecret(Buffer.from(value, 'base64').toString('utf8'));
    if (key.endsWith('_auth'))
      registerSecret(
        Buffer.from(value, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:/, ''),
      );
  }
}

function authorizationOf(credentials: NpmSettings, path: string): string | undefined {
  const [token, pair, user, password] = CREDENTIALS.map((name) => credentials[`${path}:${name}`]);
  if (typeof token === 'string') return `Bearer ${token}`;
  if (typeof pair === 'string') return `Basic ${pair}`;
  if (typeof user !== 'string' || typeof password !== 'string') return undefined;
  const plain = Buffer.from(password, 'base64').toString('utf8');
  const joined = Buffer.from(`${user}:${plain}`).toString('base64');
  registerSecret(joined);
  return `Basic ${joined}`;
}

function registryPath(registry: string): string {
  const { host, pathname } = new URL(registry);
  return `//${host}${pathname.replace(/\/?$/, '/')}`;
}
