import { parseParagraphs } from './control.ts';

export interface ReleaseFile {
  path: string;
  size: number;
  /** Hexadecimal. */
  sha256: string;
}

/** The signed list of a suite's files. */
export interface Release {
  codename: string;
  date: Date;
  validUntil?: Date;
  /** Files can also be had as `by-hash/SHA256/<sha256>` beside their place, which a mirror in the middle of an update still serves. */
  byHash: boolean;
  files: Map<string, ReleaseFile>;
}

/** Undefined when the text is no release file. Times are those of the signer. */
export function parseRelease(text: string): Release | undefined {
  const [fields] = parseParagraphs(text);
  const codename = fields?.get('codename');
  const date = parseDate(fields?.get('date'));
  if (!fields || codename === undefined || date === undefined) return undefined;
  const validUntil = parseDate(fields.get('valid-until'));
  const byHash = fields.get('acquire-by-hash') === 'yes';
  return { codename, date, validUntil, byHash, files: parseFiles(fields.get('sha256') ?? '') };
}

function parseFiles(field: string): Map<string, ReleaseFile> {
  const files = new Map<string, ReleaseFile>();
  for (const line of field.split('\n')) {
    const [sha256, size, path] = line.trim().split(/\s+/);
    if (sha256 && size && path && /^[0-9a-f]{64}$/.test(sha256)) files.set(path, { path, size: Number(size), sha256 });
  }
  return files;
}

function parseDate(text: string | undefined): Date | undefined {
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
