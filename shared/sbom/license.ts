import parse from 'spdx-expression-parse';

/** A licence as documents tell it: an identifier of SPDX's list, an expression of such, or a name that SPDX does not know. */
export interface License {
  kind: 'identifier' | 'expression' | 'name';
  text: string;
}

/** Hundreds of packages have the same licence, and parsing looks through all of SPDX's list. */
const known = new Map<string, License>();

/** Texts come from package files, where anything may stand. References to texts elsewhere (`LicenseRef-`) are names. */
export function readLicense(text: string): License {
  const license = known.get(text) ?? parseLicense(text.trim());
  known.set(text, license);
  return license;
}

function parseLicense(text: string): License {
  if (/LicenseRef-/i.test(text)) return { kind: 'name', text };
  try {
    const parsed = parse(text);
    const isPlain = 'license' in parsed && !parsed.plus && !('exception' in parsed);
    return isPlain ? { kind: 'identifier', text: parsed.license } : { kind: 'expression', text };
  } catch {
    return { kind: 'name', text };
  }
}

/** The expression that all of these licences apply together. */
export function joinLicenses(licenses: string[]): string {
  const [only] = licenses;
  if (licenses.length === 1 && only !== undefined) return only;
  return licenses.map((text) => (/ (AND|OR) /.test(text) && !text.startsWith('(') ? `(${text})` : text)).join(' AND ');
}
