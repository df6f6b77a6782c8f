import parse from 'spdx-expression-parse';

/** A licence as documents tell it: an identifier of SPDX's list, an expression of such, or a name that SPDX does not know. */
export interface License {
  kind: 'identifier' | 'expression' | 'name';
  text: string;
}

/** Texts come from package files, where anything may stand. References to texts elsewhere (`LicenseRef-`) are names. */
export function readLicense(text: string): License {
  const trimmed = text.trim();
  if (/LicenseRef-/i.test(trimmed)) return { kind: 'name', text: trimmed };
  try {
    const parsed = parse(trimmed);
    const isPlain = 'license' in parsed && !parsed.plus && !('exception' in parsed);
    return isPlain ? { kind: 'identifier', text: parsed.license } : { kind: 'expression', text: trimmed };
  } catch {
    return { kind: 'name', text: trimmed };
  }
}

/** The expression that all of these licences apply together. */
export function joinLicenses(licenses: string[]): string {
  const [only] = licenses;
  if (licenses.length === 1 && only !== undefined) return only;
  return licenses.map((text) => (/ (AND|OR) /.test(text) && !text.startsWith('(') ? `(${text})` : text)).join(' AND ');
}
