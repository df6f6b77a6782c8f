import { createHash } from 'node:crypto';
import type { NodejsContext } from './nodejs-context.ts';

/** Lets the heap follow the memory that a container has when it starts, if that is wanted; the program runs on the image's Node.js. */
export async function optimizeMemory({ layer, readProgram, settings }: NodejsContext, node: string): Promise<void> {
  if (!settings.BP_NODE_OPTIMIZE_MEMORY) return;
  const program = `#!${node}\n${await readProgram('size-heap')}`;
  const key = { program: createHash('sha256').update(program).digest('hex') };
  await layer('memory', { launch: true, key, env: (env) => env.launch.default('OPTIMIZE_MEMORY', 'true') }, (folder) =>
    folder.write('exec.d/size-heap', program, 0o755),
  );
}
