import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** For tests: runs `script` in a process of its own, with the store of `root` open as `store` and all that the package exports. */
export function startStoreProcess(root: string, script: string): ChildProcess {
  const index = JSON.stringify(join(import.meta.dirname, 'index.ts'));
  const prelude = `import { readFileSync, writeFileSync } from 'node:fs';
    import * as dema from ${index};
    const store = await dema.openStore(${JSON.stringify(root)});
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));`;
  return spawn(process.execPath, ['--input-type=module', '-e', `${prelude}\n${script}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** The first line that the process prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = await once(child.stdout ?? child, 'data');
  return String(chunk).trim();
}
