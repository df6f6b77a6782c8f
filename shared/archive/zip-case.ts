import { crc32, deflateRawSync } from 'node:zlib';

/** For tests: an entry of a zip archive, with whatever shall be wrong about it. */
export interface ZipCase {
  name: string | Buffer;
  content?: string | Buffer;
  /** Kind and permissions as stat(2) has them; without it the entry was not made on Unix. */
  mode?: number;
  method?: number;
  flags?: number;
  /** Instead of those of the content. */
  crc?: number;
  size?: number;
}

/** A zip archive with these entries (APPNOTE 4.3). */
export function makeZip(entries: ZipCase[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = renderEntry(entry, offset);
    locals.push(local);
    centrals.push(central);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function renderEntry(
  { name, content = '', mode, method = 8, flags = 0x800, crc, size }: ZipCase,
  offset: number,
): { local: Buffer; central: Buffer } {
  const [nameBytes, plain] = [Buffer.from(name), Buffer.from(content)];
  const data = method === 8 ? deflateRawSync(plain) : plain;
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(flags, 2);
  common.writeUInt16LE(method, 4);
  common.writeUInt32LE(crc ?? crc32(plain), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(size ?? plain.length, 18);
  common.writeUInt16LE(nameBytes.length, 22);
  const head = Buffer.from([0x50, 0x4b, 0x01, 0x02, 20, mode === undefined ? 0 : 3]);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(((mode ?? 0) << 16) >>> 0, 6);
  tail.writeUInt32LE(offset, 10);
  return {
    local: Buffer.concat([Buffer.from([0x50, 0x4b, 0x03, 0x04]), common, nameBytes, data]),
    central: Buffer.concat([head, common, tail, nameBytes]),
  };
}
