import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { comparePaths, type TarEntry } from '@dema/archive';
import { certificateInvalid } from './faults.ts';
import { readText, textFile } from './new-entries.ts';
import type { Root } from './root-entries.ts';

export interface Certificate {
  name: string;
  /** PEM; certificates alone, whatever else the file held. */
  text: string;
}

const SOURCE = 'usr/share/ca-certificates/';
const OWN = 'usr/local/share/ca-certificates/';
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Fault: BUILDER_CERTIFICATE_INVALID. */
export function readCertificates(files: string[]): Promise<Certificate[]> {
  return Promise.all(
    files.map(async (file) => {
      try {
        const found = (await readFile(file, 'utf8')).match(PEM) ?? [];
        if (found.length === 0) throw new Error('it holds no certificate in PEM form');
        for (const one of found) new X509Certificate(one);
        return { name: basename(file).replace(/\.[^.]+$/, ''), text: found.map((one) => `${one}\n`).join('') };
      } catch (error) {
        throw certificateInvalid(file, error);
      }
    }),
  );
}

/**
 * What `update-ca-certificates` makes of the package ca-certificates and of the certificates of an operator, which it takes
 * from `/usr/local/share/ca-certificates`: the bundle that TLS libraries read, and the list of what of the package is in it.
 */
export async function certificateFiles(root: Root, own: Certificate[] = []): Promise<TarEntry[]> {
  const paths = [...root.keys()].filter((path) => path.startsWith(SOURCE) && path.endsWith('.crt')).sort(comparePaths);
  const certificates: string[] = [];
  for (const path of paths) {
    const entry = root.get(path);
    if (entry) certificates.push(`${(await readText(entry)).trimEnd()}\n`);
  }
  const texts = [...certificates, ...own.map(({ text }) => text)];
  const list = paths.map((path) => `${path.slice(SOURCE.length)}\n`).join('');
  return [
    ...own.map(({ name, text }) => textFile(`${OWN}${name}.crt`, text)),
    ...(paths.length > 0 ? [textFile('etc/ca-certificates.conf', list)] : []),
    ...(texts.length > 0 ? [textFile('etc/ssl/certs/ca-certificates.crt', texts.join(''))] : []),
  ];
}
