import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** For tests: opens the store of `root` as `store`, with all that the package exports as `dema`. */
export function storeScript(root: string): string {
  const index = JSON.stringify(join(import.meta.dirname, 'index.ts'));
  return `import { readFileSync, writeFileSync } from 'node:fs';
    import * as dema from ${index};
    const store = await dema.openStore(${JSON.stringify(root)});
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));`;
}

/** Runs `script` in a process of its own, after the above. */
export function startStoreProcess(root: string, script: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', `${storeScript(root)}\n${script}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** The first line that the process prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = await once(child.stdout ?? child, 'data');
  return String(chunk).trim();
}
