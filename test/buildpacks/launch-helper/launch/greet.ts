import type { LaunchContext, Values } from '@dema/buildpack';
import type { settings } from '../index.ts';

type Context = LaunchContext<Values<typeof settings>>;

/** Says what a helper sees of its container. */
export function launch(context: Context): Record<string, string> {
  const { env, settings, files, bindings, input, memoryLimit, log, fail } = context;
  const name = env['the.name'] ?? 'nobody';
  if (name === '') fail('EXAMPLE_NAME_EMPTY', { problem: 'the.name is empty.', fix: 'Give the.name a value.' });
  log(`greeting ${name}`);
  const { greeting } = input as { greeting: string };
  return {
    'the.greeting': `${greeting}, "${name}"\n${files.list('/workspace').join()}`,
    GREETINGS: `${greeting} `.repeat(settings.BPL_TIMES),
    LIMIT: String(memoryLimit() ?? 'none'),
    SECRET: bindings.find('greeter')?.value('word') ?? 'none',
  };
}
