import type { HttpAnswer } from '@dema/fetch';
import { registryAnswerInvalid, registryRefused } from './faults.ts';
import { type ConnectionsOptions, openRegistryConnections, type RegistryConnections } from './registry-connections.ts';
import { createRegistryLogin } from './registry-login.ts';

export interface RegistryOptions extends ConnectionsOptions {
  /** Whether plain HTTP and any certificate will do. */
  isInsecure?: boolean;
  /** Those of the work that this is part of, which closes them; without them this has its own. */
  connections?: RegistryConnections;
}

export interface RegistryAsk {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  /** Below `/v2/<repository>/`, or an address that the registry gave. */
  path: string;
  headers?: Record<string, string>;
  body?: () => AsyncIterable<Uint8Array> | string | Uint8Array;
  /** Statuses that are no refusal. */
  expected: number[];
}

/** One repository of a registry (OCI distribution specification). */
export interface Registry {
  host: string;
  repository: string;
  /** Logs in when it is asked to. Fault: OCI_REGISTRY_REFUSED for any other status than the expected ones. */
  ask(request: RegistryAsk): Promise<HttpAnswer>;
  /** The absolute address of one that the registry gave. */
  resolve(location: string): string;
  close(): Promise<void>;
}

/** @param actions what is to be done: `pull` or `pull,push`; `others` names repositories that layers are mounted from, `scopes` stands for both */
export async function openRegistry(
  { host, repository }: { host: string; repository: string },
  { isInsecure = false, connections: shared, ...options }: RegistryOptions,
  { actions, others = [], scopes: more }: { actions: string; others?: string[]; scopes?: string[] },
): Promise<Registry> {
  const connections = shared ?? openRegistryConnections(options);
  const http = connections.http(isInsecure);
  const base = await connections.findBase(host, isInsecure);
  const scopes = more ?? [`repository:${repository}:${actions}`, ...others.map((other) => `repository:${other}:pull`)];
  const login = createRegistryLogin({
    http,
    host,
    base,
    scopes,
    findCredentials: () => connections.findCredentials(host),
  });
  const resolve = (path: string) => {
    const url = URL.parse(path, `${base}/v2/${repository}/`);
    if (url === null) throw registryAnswerInvalid(host, `it names the address "${path}"`);
    return url.href;
  };
  return {
    host,
    repository,
    resolve,
    async ask({ method, path, headers, body, expected }) {
      const url = resolve(path);
      const what = `The image ${host}/${repository}`;
      // Credentials are for the registry alone, not for a storage that it sends us to.
      const isOwn = url.startsWith(`${base}/`);
      const send = async (): Promise<HttpAnswer> =>
        http.send({ method, url, what, headers: { ...headers, ...(isOwn ? await login.headers() : {}) }, body });
      let answer = await send();
      if (answer.status === 401 && isOwn) {
        answer.discard();
        await login.answer(answer.headers['www-authenticate'] ?? '');
        answer = await send();
      }
      if ([302, 303, 307, 308].includes(answer.status) && (method === 'GET' || method === 'HEAD')) {
        answer.discard();
        answer = await http.send({ method, url: resolve(answer.headers.location ?? ''), what });
      }
      if (expected.includes(answer.status)) return answer;
      throw registryRefused(describe(method, what), answer.status, await readComplaint(answer));
    },
    async close() {
      if (!shared) await connections.close();
    },
  };
}

function describe(method: string, what: string): string {
  return `${method === 'GET' || method === 'HEAD' ? 'Reading' : 'Writing'} t${what.slice(1)}`;
}

/** What the registry says, in the form that the specification has for errors. */
async function readComplaint(answer: HttpAnswer): Promise<string[]> {
  let text = '';
  for await (const chunk of answer.body) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.length > 4000) break;
  }
  answer.discard();
  try {
    const { errors } = JSON.parse(text) as { errors: { code?: string; message?: string }[] };
    return errors.map(({ code = '', message = '' }) => `${code}: ${message}`);
  } catch {
    return [];
  }
}
