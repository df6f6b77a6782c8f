import { parsePlatform } from '@dema/oci';
import { Option } from 'commander';

/** Which image is meant where a name stands for several. */
export function platformOption(otherwise: string): Option {
  return new Option(
    '--platform <os/arch>',
    `of an image for several platforms that for one (default: ${otherwise})`,
  ).argParser((text: string) => parsePlatform(text));
}
