import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { readDeb, type UnpackOptions, unpackEntries, unpackTar } from '@dema/archive';

const DEB_MAGIC = '!<arch>\n';

/** Unpacks the archive of a dependency, a tar (compressed or not, as npm packages are) or a Debian package, told by its first bytes. */
export async function unpackDependency(path: string, folder: string, options: UnpackOptions = {}): Promise<void> {
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
