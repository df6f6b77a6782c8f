import type { NpmConfig } from './npm-config.ts';

/** npm's own are two more tries, after 10 s and 60 s. */
const PATIENCE = {
  'fetch-retries': '5',
  'fetch-retry-factor': '2',
  'fetch-retry-mintimeout': '300',
  'fetch-retry-maxtimeout': '10000',
};

/** Variables by which npm tries more often and waits less in between; nothing when somebody has set one of them. */
export function npmPatience(npm: NpmConfig): Record<string, string> {
  const settings = Object.entries(PATIENCE);
  if (settings.some(([name]) => npm.setting(name) !== undefined)) return {};
  return Object.fromEntries(settings.map(([name, value]) => [`npm_config_${name.replaceAll('-', '_')}`, value]));
}
