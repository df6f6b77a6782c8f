import type { NpmConfig } from './npm-config.ts';
import { RESOLVER_OPTIONS } from './resolver-options.ts';

/** npm's own are two more tries, after 10 s and 60 s. */
const PATIENCE = {
  'fetch-retries': '5',
  'fetch-retry-factor': '2',
  'fetch-retry-mintimeout': '300',
  'fetch-retry-maxtimeout': '10000',
};

/** Variables by which npm tries more often and waits less, in between and for names; what somebody has set stays. */
export function npmPatience(npm: NpmConfig, env: Record<string, string | undefined>): Record<string, string> {
  const names: Record<string, string> = env.RES_OPTIONS ? {} : { RES_OPTIONS: RESOLVER_OPTIONS };
  const settings = Object.entries(PATIENCE);
  if (settings.some(([name]) => npm.setting(name) !== undefined)) return names;
  const variables = settings.map(([name, value]) => [`npm_config_${name.replaceAll('-', '_')}`, value]);
  return { ...Object.fromEntries(variables), ...names };
}
