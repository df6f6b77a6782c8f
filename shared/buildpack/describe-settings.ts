import type { Configuration } from '@dema/spec';
import type { Settings } from './settings.ts';

/** The settings as tables of `[[metadata.configurations]]`; by their names those that begin with BPL_ are for the start of the image. */
export function describeSettings(settings: Settings): Configuration[] {
  return Object.entries(settings).map(([name, setting]) => {
    const launch = name.startsWith('BPL_');
    const { kind, help, choices = [], formerly = [], default: fallback, least, most } = setting;
    const bounds = { least, most };
    const phases = { build: !launch, launch };
    return {
      name,
      description: help,
      default: fallback,
      ...phases,
      type: kind,
      choices: [...choices],
      ...bounds,
      formerly,
    };
  });
}
