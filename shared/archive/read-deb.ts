import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { decompress } from './decompress.ts';
import { invalidDeb } from './faults.ts';
import { readBody } from './read-body.ts';
import { readTar } from './read-tar.ts';
import type { TarEntry } from './tar-entry.ts';

const MAGIC = '!<arch>\n';
const HEADER = 60;
const MAX_CONTROL = 32 * 1024 * 1024;

interface Member {
  name: string;
  start: number;
  size: number;
}

/** A Debian package (deb(5), format 2.0). */
export interface Deb {
  /** Files of the control member by name: `control`, `md5sums`, `conffiles`, `postinst`, ... */
  control: Map<string, Uint8Array>;
  /** The files to install, read anew with each call; paths without a leading `./`, the root itself is `.`. */
  data(): AsyncIterable<TarEntry>;
}

/** Opens the package at `path`; its members may be compressed with gzip, xz, zstd or not at all. */
export async function readDeb(path: string): Promise<Deb> {
  const members = await readMembers(path);
  const version = members[0];
  if (version?.name !== 'debian-binary') throw invalidDeb(path, 'it does not begin with debian-binary');
  const control = members.find(({ name }) => /^control\.tar(\.|$)/.test(name));
  const data = members.find(({ name }) => /^data\.tar(\.|$)/.test(name));
  if (!control || !data) throw invalidDeb(path, `it has no ${control ? 'data' : 'control'} member`);
  return { control: await readControl(path, control), data: () => readTar(decompress(readMember(path, data))) };
}

async function readMembers(path: string): Promise<Member[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if ((await readText(file, 0, MAGIC.length)) !== MAGIC) throw invalidDeb(path, 'it is no ar archive');
    const members: Member[] = [];
    for (let offset = MAGIC.length; offset < size; ) {
      const header = await readText(file, offset, HEADER);
      const length = Number(/^[0-9]+ *$/.test(header.slice(48, 58)) ? header.slice(48, 58) : Number.NaN);
      const start = offset + HEADER;
      if (header.slice(58) !== '`\n' || Number.isNaN(length) || start + length > size)
        throw invalidDeb(path, 'it is cut or broken');
      members.push({ name: header.slice(0, 16).trim().replace(/\/$/, ''), start, size: length });
      offset = start + length + (length % 2);
    }
    return members;
  } finally {
    await file.close();
  }
}

async function readText(file: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.toString('latin1', 0, bytesRead);
}

async function* readMember(path: string, { start, size }: Member): AsyncGenerator<Uint8Array> {
  if (size > 0) yield* createReadStream(path, { start, end: start + size - 1, highWaterMark: 256 * 1024 });
}

async function readControl(path: string, member: Member): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let total = 0;
  for await (const entry of readTar(decompress(readMember(path, member)))) {
    total += entry.size;
    if (total > MAX_CONTROL) throw invalidDeb(path, 'its control member is larger than 32 MiB');
    if (entry.type === 'file') files.set(entry.path, await readBody(entry));
  }
  return files;
}
