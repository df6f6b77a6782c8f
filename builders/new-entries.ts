import type { TarEntry } from '@dema/archive';

export interface Attributes {
  mode?: number;
  uid?: number;
  gid?: number;
}

export function directory(path: string, { mode = 0o755, uid = 0, gid = 0 }: Attributes = {}): TarEntry {
  return { path, type: 'directory', mode, uid, gid, size: 0 };
}

export function textFile(path: string, text: string, { mode = 0o644, uid = 0, gid = 0 }: Attributes = {}): TarEntry {
  const bytes = new TextEncoder().encode(text);
  return { path, type: 'file', mode, uid, gid, size: bytes.length, body: () => [bytes] };
}

export function symlink(path: string, linkPath: string): TarEntry {
  return { path, type: 'symlink', mode: 0o777, uid: 0, gid: 0, size: 0, linkPath };
}

/** The content of a file as text. */
export async function readText({ body }: TarEntry): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body?.() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
