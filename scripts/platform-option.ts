import { type ImageOrIndex, isIndex, parsePlatform, renderPlatform } from '@dema/oci';
import { Option } from 'commander';

/** Which image is meant where a name stands for several. */
export function platformOption(otherwise: string): Option {
  return new Option(
    '--platform <os/arch>',
    `of an image for several platforms that for one (default: ${otherwise})`,
  ).argParser((text: string) => parsePlatform(text));
}

/** Of an index those that it has images for. */
export function listPlatforms(found: ImageOrIndex): { platforms?: string[] } {
  if (!isIndex(found)) return {};
  return { platforms: found.entries.map(({ platform }) => (platform ? renderPlatform(platform) : 'not said')) };
}
