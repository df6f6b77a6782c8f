/** Gives undefined for a file that is not there or may not be read. */
export type ReadText = (path: string) => string | undefined;

const ROOT = '/sys/fs/cgroup';

/**
 * Bytes of memory that the control groups of this process leave to it, the tightest of them; undefined without a limit, or
 * when nobody may look. `total` is what the machine has: a limit above it is none.
 */
export function findMemoryLimit(read: ReadText, total: number): number | undefined {
  const limits = listLimitFiles(read('/proc/self/cgroup') ?? '').flatMap((path) => parseLimit(read(path)) ?? []);
  const limit = Math.min(...limits);
  return limit < total ? limit : undefined;
}

/** Of version 2 (`0::/path`) and version 1 (`4:memory:/path`), from the process's own group up to that of the container. */
function listLimitFiles(groups: string): string[] {
  const files = groups.split('\n').flatMap((line) => {
    const [, controllers, path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === '') return foldersUpFrom(path).map((folder) => `${ROOT}${folder}/memory.max`);
    if (!controllers?.split(',').includes('memory')) return [];
    return foldersUpFrom(path).map((folder) => `${ROOT}/memory${folder}/memory.limit_in_bytes`);
  });
  return [...new Set([...files, `${ROOT}/memory.max`, `${ROOT}/memory/memory.limit_in_bytes`])];
}

function foldersUpFrom(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`);
}

function parseLimit(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;
}
