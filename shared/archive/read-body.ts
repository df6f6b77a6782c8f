import type { TarEntry } from './tar-entry.ts';

/** The whole content of a member; empty for what is no file. For members that are known to be small. */
export async function readBody({ body }: Pick<TarEntry, 'body'>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body?.() ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}
