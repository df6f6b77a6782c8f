import type { Configuration } from '@dema/spec';
import type { Settings } from './settings.ts';

/** The settings as tables of `[[metadata.configurations]]`; by their names those that begin with BPL_ are for the start of the image. */
export function describeSettings(settings: Settings): Configuration[] {
  return Object.entries(settings).map(([name, { kind, help, choices = [], formerly = [], default: fallback }]) => {
    const launch = name.startsWith('BPL_');
    return {
      name,
      description: help,
      default: fallback,
      build: !launch,
      launch,
      type: kind,
      choices: [...choices],
      formerly,
    };
  });
}
