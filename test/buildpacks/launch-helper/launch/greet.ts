import type { LaunchContext } from '@dema/buildpack';

/** Says what a helper sees of its container. */
export function launch({ env, files, bindings, input, memoryLimit, log, fail }: LaunchContext): Record<string, string> {
  const name = env['the.name'] ?? 'nobody';
  if (name === '') fail('EXAMPLE_NAME_EMPTY', { problem: 'the.name is empty.', fix: 'Give the.name a value.' });
  log(`greeting ${name}`);
  const { greeting } = input as { greeting: string };
  return {
    'the.greeting': `${greeting}, "${name}"\n${files.list('/workspace').join()}`,
    LIMIT: String(memoryLimit() ?? 'none'),
    SECRET: bindings.find('greeter')?.value('word') ?? 'none',
  };
}
