import { parseVolume, type Volume } from '@dema/engine';

export const VOLUME_HELP = 'file or folder of this machine to see there; ro (the default) or rw; may be repeated';

export function collectVolume(text: string, volumes: Volume[] = []): Volume[] {
  return [...volumes, parseVolume(text)];
}
