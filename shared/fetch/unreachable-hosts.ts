import { appendFile, readFile } from 'node:fs/promises';

/** Hosts, or ways to them through a proxy, that could not be reached, so that nothing waits for them again. */
export interface UnreachableHosts {
  /** Why, in the words of the system. */
  find(host: string): Promise<string | undefined>;
  add(host: string, reason: string): Promise<void>;
  /** Whether it is the first time that this host is doubted. */
  suspect(host: string): boolean;
}

/** @param file in which processes of one build tell each other; one that cannot be read or written to has no effect */
export function openUnreachableHosts(file?: string): UnreachableHosts {
  const suspects = new Set<string>();
  let known: Promise<Map<string, string>> | undefined;

  function readOnce(): Promise<Map<string, string>> {
    known ??= file ? readHosts(file) : Promise.resolve(new Map());
    return known;
  }

  return {
    find: async (host) => (await readOnce()).get(host),
    async add(host, reason) {
      (await readOnce()).set(host, reason);
      if (file) await appendFile(file, `${JSON.stringify([host, reason])}\n`).catch(() => undefined);
    },
    suspect(host) {
      const first = !suspects.has(host);
      suspects.add(host);
      return first;
    },
  };
}

async function readHosts(file: string): Promise<Map<string, string>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return new Map(text.split('\n').flatMap(parseLine));
}

function parseLine(line: string): [string, string][] {
  try {
    const [host, reason] = JSON.parse(line);
    return typeof host === 'string' && typeof reason === 'string' ? [[host, reason]] : [];
  } catch {
    return [];
  }
}
