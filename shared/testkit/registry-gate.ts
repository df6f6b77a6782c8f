import { buffer } from 'node:stream/consumers';
import { type RegistryReply, type RegistryRequest, refuse, replyJson } from './registry-request.ts';

/** Who may do anything, and how that is asked for: directly, or by a token of the scopes that were asked for. */
export interface RegistryLogin {
  kind: 'basic' | 'bearer';
  /** `user:password`. */
  userInfo: string;
  /** Stands for the user, and gives tokens. */
  identityToken?: string;
  /** How many requests a token is good for; any number without it. */
  tokenUses?: number;
}

/** Refuses what is not allowed, and gives tokens at `/token`. */
export function openRegistryGate(login: RegistryLogin | undefined) {
  const tokens = new Map<string, { scopes: string[]; uses: number }>();
  const basic = login && `Basic ${Buffer.from(login.userInfo).toString('base64')}`;

  async function giveToken({ method, url, headers, body }: RegistryRequest): Promise<RegistryReply> {
    const form = method === 'POST' ? new URLSearchParams(String(await buffer(body))) : undefined;
    const isIdentity = form !== undefined && form.get('refresh_token') === login?.identityToken;
    if (!isIdentity && (form || headers.authorization !== basic)) return replyJson(401, {});
    const scopes = form ? (form.get('scope') ?? '').split(' ') : url.searchParams.getAll('scope');
    const token = `token-${tokens.size}`;
    tokens.set(token, { scopes, uses: 0 });
    return replyJson(200, form ? { access_token: token } : { token });
  }

  function findLack({ url, headers, ...request }: RegistryRequest): string | undefined {
    const needed = request.repository && scopesOf({ url, headers, ...request });
    if (login?.kind === 'basic') return headers.authorization === basic ? undefined : 'Basic realm="tests"';
    const token = tokens.get(headers.authorization?.replace('Bearer ', '') ?? '');
    const challenge = `Bearer realm="${url.origin}/token?from=here",service="tests"`;
    if (token === undefined || token.uses >= (login?.tokenUses ?? Number.POSITIVE_INFINITY)) return challenge;
    token.uses += 1;
    const missing = (needed || []).filter((one) => !token.scopes.some((scope) => covers(scope, one)));
    return missing.length > 0 ? `${challenge},scope="${missing.join(' ')}",error="insufficient_scope"` : undefined;
  }

  return async (request: RegistryRequest): Promise<RegistryReply | undefined> => {
    if (login === undefined) return undefined;
    if (request.url.pathname === '/token') return giveToken(request);
    const challenge = findLack(request);
    return challenge ? { ...refuse(401, 'UNAUTHORIZED'), headers: { 'www-authenticate': challenge } } : undefined;
  };
}

function scopesOf({ method, repository, url }: RegistryRequest): string[] {
  const from = url.searchParams.get('from');
  const own = `repository:${repository}:${method === 'GET' || method === 'HEAD' ? 'pull' : 'pull,push'}`;
  return [own, ...(from ? [`repository:${from}:pull`] : [])];
}

function covers(scope: string, needed: string): boolean {
  const [name, actions = ''] = split(scope);
  const [wanted, others = ''] = split(needed);
  return name === wanted && others.split(',').every((one) => actions.split(',').includes(one));
}

function split(scope: string): [string, string] {
  const colon = scope.lastIndexOf(':');
  return [scope.slice(0, colon), scope.slice(colon + 1)];
}
