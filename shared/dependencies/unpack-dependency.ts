import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { readDeb, unpackEntries, unpackTar } from '@dema/archive';

const DEB_MAGIC = '!<arch>\n';

export interface UnpackDependencyOptions {
  /** How many leading parts of each path are dropped, such as the folder that holds everything. */
  strip?: number;
  /** Whether to unpack a member, by its path after `strip`: sources of one dependency may name that folder differently. */
  filter?: (path: string) => boolean;
}

/** Unpacks the archive of a dependency, a tar (compressed or not, as npm packages are) or a Debian package, told by its first bytes. */
export async function unpackDependency(
  path: string,
  folder: string,
  { strip = 0, filter }: UnpackDependencyOptions = {},
): Promise<void> {
  const options = { strip, filter: filter && ((member: string) => filter(stripPath(member, strip))) };
  if (await isDeb(path)) {
    const { data } = await readDeb(path);
    await unpackEntries(data(), folder, options);
  } else {
    await unpackTar(createReadStream(path), folder, options);
  }
}

async function isDeb(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(DEB_MAGIC.length), 0, DEB_MAGIC.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === DEB_MAGIC;
  } finally {
    await file.close();
  }
}

function stripPath(path: string, strip: number): string {
  return path.split('/').slice(strip).join('/');
}
