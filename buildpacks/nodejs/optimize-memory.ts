import type { NodejsContext } from './nodejs-context.ts';

/** Lets the heap follow the memory that a container has when it starts, if that is wanted. */
export async function optimizeMemory({ launch, layer, settings }: NodejsContext): Promise<void> {
  if (!settings.BP_NODE_OPTIMIZE_MEMORY) return;
  launch.helper('size-heap');
  await layer('memory', { launch: true, env: (env) => env.launch.default('OPTIMIZE_MEMORY', 'true') });
}
