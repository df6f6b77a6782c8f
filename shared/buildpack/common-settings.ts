import { flag, list, text } from './settings.ts';

/** Settings that every buildpack has, beside its own. */
export const COMMON_SETTINGS = {
  BP_DEPENDENCY_MIRROR: text(
    'Server that is asked for downloads instead of the one in their address; BP_DEPENDENCY_MIRROR_<HOST> is the same for one host (docs/network.md)',
  ),
  BP_DISABLE_SBOM: flag('Whether the image is made without documents of what is in it (SBOM)'),
  BP_DEPENDENCY_SOURCES: list(
    'Kinds of sources that dependencies may come from, by preference: upstream, npm, deb; without it all, in the order of the inventory',
  ),
  BP_DEPENDENCY_LOCKED: flag('Whether nothing but what stands in dema.lock.json may be installed'),
};
