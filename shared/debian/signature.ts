import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SignedText {
  /** What was signed: nothing outside it may be trusted. Undefined when no known key made a good signature. */
  text?: string;
  /** Why each signature was not good. */
  problems: string[];
}

/** Armored public keys of Debian 13, from a folder to which they were copied, or from that beside this file. */
export async function readArchiveKeys(folder = join(import.meta.dirname, 'keys')): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.asc')).sort();
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
}

/**
 * Verifies a clear-signed document (RFC 9580, 7). One good signature of one of the armored keys is enough: a release file
 * carries those of the old and the new archive key side by side.
 * The OpenPGP library is loaded here and nowhere else, at the first need: it stays a file of its own beside every bundle of ours.
 */
export async function verifySigned(document: string, armoredKeys: string[], now: Date): Promise<SignedText> {
  const openpgp = await import('openpgp');
  try {
    const message = await openpgp.readCleartextMessage({ cleartextMessage: document });
    const keys = await Promise.all(armoredKeys.map((armored) => openpgp.readKeys({ armoredKeys: armored })));
    const { data, signatures } = await openpgp.verify({ message, verificationKeys: keys.flat(), date: now });
    const problems: string[] = [];
    for (const { keyID, verified } of signatures) {
      const problem = await verified.then(() => undefined, messageOf);
      if (problem === undefined) return { text: data, problems };
      problems.push(`key ${keyID.toHex()}: ${problem}`);
    }
    return { problems };
  } catch (error) {
    return { problems: [messageOf(error)] };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
