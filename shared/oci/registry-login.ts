import { isFault, registerSecret } from '@dema/errors';
import type { Http, HttpAnswer } from '@dema/fetch';
import { loginServerFailed, registryAnswerInvalid, registryLoginFailed } from './faults.ts';
import { readSmall } from './read-small.ts';
import { type Challenge, parseChallenges } from './registry-challenge.ts';
import type { Credentials } from './registry-credentials.ts';

export interface RegistryLogin {
  /** What is sent with each request from the login on. */
  headers(): Promise<Record<string, string>>;
  /**
   * Does what a registry asks for with its 401 to a request that had been sent with these headers: nothing when somebody else has
   * logged in meanwhile. Faults: OCI_REGISTRY_LOGIN_FAILED and those of reading credentials.
   */
  answer(challenge: string, sent: Record<string, string>): Promise<void>;
}

export interface LoginOptions {
  http: Http;
  host: string;
  /** `https://host`. */
  base: string;
  scopes: string[];
  /** Scopes that can be done without. */
  hopedFor?: string[];
  /** Of the host. */
  findCredentials(): Promise<Credentials | undefined>;
}

/** Basic, and Bearer with the tokens of the realm that the registry names (Docker's token authentication). */
export function createRegistryLogin(options: LoginOptions): RegistryLogin {
  const scopes = new Set([...options.scopes, ...(options.hopedFor ?? [])]);
  let header: Promise<string | undefined> = Promise.resolve(undefined);
  return {
    async headers(): Promise<Record<string, string>> {
      const authorization = await header;
      return authorization ? { authorization } : {};
    },
    async answer(challenge, sent) {
      const known = header;
      const before = await known;
      if (header !== known || before !== sent.authorization) return;
      const attempt = logIn({ ...options, scopes }, parseChallenges(challenge));
      // One that fails takes nothing away from the others.
      header = attempt.catch(() => before);
      await attempt;
    },
  };
}

/** With scopes that grow by what the registry finds missing. */
type Login = Omit<LoginOptions, 'scopes'> & { scopes: Set<string> };

async function logIn(login: Login, challenges: Challenge[]): Promise<string> {
  const { host, scopes } = login;
  const credentials = await login.findCredentials();
  if (credentials && 'header' in credentials) return credentials.header;
  const bearer = challenges.find(({ scheme, fields }) => scheme === 'bearer' && fields.realm);
  if (bearer) {
    for (const scope of bearer.fields.scope?.split(' ').filter(Boolean) ?? []) scopes.add(scope);
    return `Bearer ${await fetchTokenOfSome(login, bearer, credentials)}`;
  }
  if (!challenges.some(({ scheme }) => scheme === 'basic'))
    throw registryLoginFailed(host, 'it asks for a login of an unknown kind');
  if (!credentials || !('user' in credentials)) throw registryLoginFailed(host, 'it wants a user and a password');
  return basicOf(credentials);
}

/** A server of tokens may refuse them all because of one. */
async function fetchTokenOfSome(
  login: Login,
  challenge: Challenge,
  credentials: Credentials | undefined,
): Promise<string> {
  const { scopes, hopedFor = [] } = login;
  try {
    return await fetchToken(login, challenge, credentials);
  } catch (error) {
    if (!isFault(error, 'OCI_REGISTRY_LOGIN_FAILED') || !hopedFor.some((scope) => scopes.delete(scope))) throw error;
    for (const scope of hopedFor) scopes.delete(scope);
    return fetchToken(login, challenge, credentials);
  }
}

async function fetchToken(login: Login, { fields }: Challenge, credentials: Credentials | undefined): Promise<string> {
  const { host } = login;
  const realm = findRealm(login, fields.realm ?? '');
  const service = fields.service ?? '';
  const isIdentity = credentials !== undefined && 'identityToken' in credentials;
  const ways = [askByGet, ...(credentials ? [askByForm] : [])];
  let status = 0;
  // Not every server of tokens knows both ways.
  for (const way of isIdentity ? ways.reverse() : ways) {
    const answer = await way(login, { realm, service, credentials });
    ({ status } = answer);
    const token = await readToken(answer);
    if (status === 200 && token !== undefined) {
      registerSecret(token);
      return token;
    }
    if (status !== 404 && status !== 405) break;
  }
  if (status >= 500 || status === 429 || status === 408) throw loginServerFailed(host, realm.host, status);
  if (status === 200) throw registryLoginFailed(host, 'it gives no token');
  throw registryLoginFailed(host, credentials ? 'it refuses the credentials' : 'there are no credentials for it');
}

function findRealm({ host, base }: Login, realm: string): URL {
  const url = URL.parse(realm);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw registryAnswerInvalid(host, `it sends to "${realm}" for a login`);
  if (base.startsWith('https:') && url.protocol !== 'https:')
    throw registryLoginFailed(host, 'it sends passwords unencrypted');
  return url;
}

interface TokenAsk {
  realm: URL;
  service: string;
  credentials: Credentials | undefined;
}

/** Docker's own way: an identity token takes the place of a password. */
function askByGet({ http, host, scopes }: Login, { realm, service, credentials }: TokenAsk): Promise<HttpAnswer> {
  const url = new URL(realm);
  if (service) url.searchParams.append('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const headers: Record<string, string> = credentials ? { authorization: basicOf(credentials) } : {};
  return http.send({ method: 'GET', url: url.href, what: `The login of ${host}`, headers });
}

/** OAuth 2's way. */
function askByForm({ http, host, scopes }: Login, { realm, service, credentials }: TokenAsk): Promise<HttpAnswer> {
  const form = new URLSearchParams({ service, scope: [...scopes].join(' '), client_id: 'dema' });
  if (credentials && 'identityToken' in credentials) {
    form.set('grant_type', 'refresh_token');
    form.set('refresh_token', credentials.identityToken);
  } else if (credentials && 'user' in credentials) {
    form.set('grant_type', 'password');
    form.set('username', credentials.user);
    form.set('password', credentials.password);
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const what = `The login of ${host}`;
  return http.send({ method: 'POST', url: realm.href, what, headers, body: () => form.toString() });
}

const LARGEST_TOKEN = 1024 * 1024;

async function readToken({ body }: HttpAnswer): Promise<string | undefined> {
  try {
    const content = await readSmall(body, LARGEST_TOKEN);
    const { token, access_token: accessToken } = JSON.parse(String(content));
    const found: unknown = token || accessToken;
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}

function basicOf(credentials: Credentials): string {
  const pair = 'user' in credentials ? `${credentials.user}:${credentials.password}` : '';
  const text = 'identityToken' in credentials ? `<token>:${credentials.identityToken}` : pair;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}
