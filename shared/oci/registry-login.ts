import { registerSecret } from '@dema/errors';
import type { Http } from '@dema/fetch';
import { registryAnswerInvalid, registryLoginFailed } from './faults.ts';
import type { Credentials } from './registry-credentials.ts';

export interface RegistryLogin {
  /** What is sent with each request from the login on. */
  headers(): Promise<Record<string, string>>;
  /** Does what a registry asks for with its 401. Faults: OCI_REGISTRY_LOGIN_FAILED and those of reading credentials. */
  answer(challenge: string): Promise<void>;
}

export interface LoginOptions {
  http: Http;
  host: string;
  /** `https://host`. */
  base: string;
  scopes: string[];
  /** Of the host. */
  findCredentials(): Promise<Credentials | undefined>;
}

/** Basic, and Bearer with the tokens of the realm that the registry names (Docker's token authentication). */
export function createRegistryLogin(options: LoginOptions): RegistryLogin {
  let header: Promise<string> | undefined;
  return {
    async headers(): Promise<Record<string, string>> {
      const authorization = await header;
      return authorization ? { authorization } : {};
    },
    async answer(challenge) {
      header = logIn(options, challenge);
      await header;
    },
  };
}

async function logIn(options: LoginOptions, challenge: string): Promise<string> {
  const { host } = options;
  const credentials = await options.findCredentials();
  if (credentials && 'header' in credentials) return credentials.header;
  if (/^basic\b/i.test(challenge)) {
    if (!credentials || !('user' in credentials)) throw registryLoginFailed(host, 'it wants a user and a password');
    return basicOf(credentials);
  }
  const fields = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  if (!/^bearer\b/i.test(challenge) || !fields.realm)
    throw registryLoginFailed(host, 'it asks for a login of an unknown kind');
  return `Bearer ${await fetchToken(options, fields, credentials)}`;
}

async function fetchToken(
  { http, host, base, scopes }: LoginOptions,
  { realm = '', service = '' }: Record<string, string | undefined>,
  credentials: Credentials | undefined,
): Promise<string> {
  const url = URL.parse(realm);
  if (url === null) throw registryAnswerInvalid(host, `it sends to "${realm}" for a login`);
  if (base.startsWith('https:') && url.protocol !== 'https:')
    throw registryLoginFailed(host, 'it sends passwords unencrypted');
  const what = `The login of ${host}`;
  const parameters = new URLSearchParams({ service });
  const isIdentity = credentials !== undefined && 'identityToken' in credentials;
  if (isIdentity) {
    parameters.set('grant_type', 'refresh_token');
    parameters.set('client_id', 'dema');
    parameters.set('refresh_token', credentials.identityToken);
    parameters.set('scope', scopes.join(' '));
  } else for (const scope of scopes) parameters.append('scope', scope);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  if (!isIdentity) for (const [name, value] of parameters) url.searchParams.append(name, value);
  const answer = isIdentity
    ? await http.send({ method: 'POST', url: url.href, what, headers: form, body: () => parameters.toString() })
    : await http.send({
        method: 'GET',
        url: url.href,
        what,
        headers: credentials ? { authorization: basicOf(credentials) } : {},
      });
  const token = await readToken(answer.body);
  if (answer.status !== 200 || token === undefined) {
    throw registryLoginFailed(host, credentials ? 'it refuses the credentials' : 'there are no credentials for it');
  }
  registerSecret(token);
  return token;
}

const LARGEST_TOKEN = 1024 * 1024;

async function readToken(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > LARGEST_TOKEN) return undefined;
    pieces.push(piece);
  }
  try {
    const { token, access_token: accessToken } = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    const found: unknown = token ?? accessToken;
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}

function basicOf(credentials: Credentials): string {
  if (!('user' in credentials)) return '';
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
}
