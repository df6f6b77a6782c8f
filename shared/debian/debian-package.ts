/** The distribution that everything stands on. Mirrors of the host serve it whatever the host itself runs. */
export const DISTRIBUTION = 'trixie';

export type DebianArchitecture = 'amd64' | 'arm64';

/** What is enough to download one package from a mirror and to know that it is the right one. */
export interface LockedPackage {
  name: string;
  version: string;
  /** That of the package: `all` for one that fits every machine. */
  architecture: string;
  /** Path below the archive; one below `pool/updates/` is in the security archive. */
  filename: string;
  /** Bytes of the .deb. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
}

/** The security archive keeps its files in a folder of its own, so that both archives can be laid into one. */
export function isOfSecurityArchive({ filename }: LockedPackage): boolean {
  return filename.startsWith('pool/updates/');
}

/** A package as a signed index describes it. Relation fields are kept as written there, empty when absent. */
export interface DebianPackage extends LockedPackage {
  /** `name` or `name (version)`; empty when the source package is called and numbered as this one. */
  source: string;
  /** `required`, `important`, `standard` or `optional`. */
  priority: string;
  preDepends: string;
  depends: string;
  provides: string;
}
