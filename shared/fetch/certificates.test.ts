import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { createCertificateAuthority } from '@dema/testkit';
import { expect, test } from 'vitest';
import { findHostCertificates, readAuthorities } from './certificates.ts';

test("the host's bundle and the extra one are read, each certificate once", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  const [one, other] = [createCertificateAuthority('one').cert, createCertificateAuthority('other').cert];
  const [bundle, extra] = [join(folder, 'bundle.pem'), join(folder, 'extra.pem')];
  await writeFile(bundle, `# comment\n${one}`);
  await writeFile(extra, `${other}${one.replaceAll('\n', '\r\n')}`);
  const env = { SSL_CERT_FILE: bundle, NODE_EXTRA_CA_CERTS: extra };
  const found = await findHostCertificates(env);
  expect(found.pem.map((pem) => pem.trim())).toEqual([one.trim(), other.trim()]);
  expect(found.sources).toEqual([bundle, extra]);
  const all = await readAuthorities(env, { read: () => [one], source: 'a test' });
  expect(all.pem.length).toBe(rootCertificates.length + 2);
  expect(all.sources).toEqual(['Node.js itself', bundle, extra, 'a test']);
  await rm(folder, { recursive: true });
});
