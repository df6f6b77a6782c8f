import { isFault } from '@dema/errors';
import { createHttp, type Http, type HttpAnswer } from '@dema/fetch';
import { registryAnswerInvalid, registryRefused } from './faults.ts';
import { createRegistryLogin } from './registry-login.ts';

type Environment = Record<string, string | undefined>;

export interface RegistryOptions {
  /** For proxies, authorities and credentials. */
  env: Environment;
  /** Whether plain HTTP and any certificate will do. */
  isInsecure?: boolean;
  /** Of requests that fail; 4 more tries, the first after 0.3 s. */
  retry?: { delayMs: number };
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

const LOCAL = /^(localhost|[^/:]+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/** @param actions what is to be done: `pull` or `pull,push`; `others` names repositories that layers are mounted from */
export async function openRegistry(
  { host, repository }: { host: string; repository: string },
  { env, isInsecure = false, retry }: RegistryOptions,
  { actions, others = [] }: { actions: string; others?: string[] },
): Promise<Registry> {
  const http = createHttp({ env, isInsecure, retry });
  const base = await findBase(http, host, isInsecure || LOCAL.test(host));
  const scopes = [`repository:${repository}:${actions}`, ...others.map((other) => `repository:${other}:pull`)];
  const login = createRegistryLogin({ http, host, base, scopes, env });
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
    close: () => http.close(),
  };
}

function describe(method: string, what: string): string {
  return `${method === 'GET' || method === 'HEAD' ? 'Reading' : 'Writing'} t${what.slice(1)}`;
}

/** A registry on this machine, and one that is called insecure, may speak plain HTTP. */
async function findBase(http: Http, host: string, mayBePlain: boolean): Promise<string> {
  const api = host === 'docker.io' ? 'registry-1.docker.io' : host;
  if (!mayBePlain) return `https://${api}`;
  try {
    const what = `The registry ${host}`;
    const answer = await http.send({ method: 'GET', url: `https://${api}/v2/`, what, isOnce: true });
    answer.discard();
    return `https://${api}`;
  } catch (error) {
    if (isFault(error, 'FETCH_CERTIFICATE_UNTRUSTED')) throw error;
    return `http://${api}`;
  }
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
