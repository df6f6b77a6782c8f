import { readFile } from 'node:fs/promises';

type Environment = Record<string, string | undefined>;

/** Where distributions keep the authorities that the host trusts; the first that is there counts. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

export interface HostCertificates {
  /** One PEM block each, without doubles: those of SSL_CERT_FILE or else the system's bundle, and of NODE_EXTRA_CA_CERTS. */
  pem: string[];
  /** Files that they came from, and ones named by a variable that could not be read, for messages. */
  sources: string[];
}

export async function findHostCertificates(env: Environment): Promise<HostCertificates> {
  const bundle = env.SSL_CERT_FILE ? await readBundle(env.SSL_CERT_FILE) : await findSystemBundle();
  const extra = env.NODE_EXTRA_CA_CERTS ? await readBundle(env.NODE_EXTRA_CA_CERTS) : undefined;
  const found = [bundle, extra].filter((one) => one !== undefined);
  return { pem: distinct(found.flatMap(({ pem }) => pem)), sources: [...new Set(found.map(({ source }) => source))] };
}

/** Authorities beside those of the host, as PEM, and where they come from. */
export interface FurtherAuthorities {
  read: () => Promise<string[]> | string[];
  source: string;
}

/** Node's own authorities, the host's, and further ones, each once. */
export async function readAuthorities(env: Environment, further?: FurtherAuthorities): Promise<HostCertificates> {
  const { rootCertificates } = await import('node:tls');
  const host = await findHostCertificates(env);
  const given = ((await further?.read()) ?? []).flatMap(splitPem);
  return {
    pem: distinct([...rootCertificates, ...host.pem, ...given]),
    sources: ['Node.js itself', ...host.sources, ...(further && given.length > 0 ? [further.source] : [])],
  };
}

export function splitPem(text: string): string[] {
  const blocks = text.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g);
  return (blocks ?? []).map((block) => block.replace(/\r/g, ''));
}

async function findSystemBundle(): Promise<{ pem: string[]; source: string } | undefined> {
  for (const file of SYSTEM_BUNDLES) {
    const bundle = await readBundle(file);
    if (bundle.pem.length > 0) return bundle;
  }
  return undefined;
}

async function readBundle(file: string): Promise<{ pem: string[]; source: string }> {
  try {
    const pem = splitPem(await readFile(file, 'latin1'));
    return { pem, source: pem.length > 0 ? file : `${file} (holds no certificate)` };
  } catch (error) {
    return { pem: [], source: `${file} (cannot be read: ${(error as NodeJS.ErrnoException).code})` };
  }
}

function distinct(pem: string[]): string[] {
  const byContent = new Map(pem.map((block) => [block.replace(/\s/g, ''), block]));
  return [...byContent.values()];
}
