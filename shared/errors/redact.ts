const secrets = new Set<string>();

/** Makes `redact` hide this value wherever it stands. Values of under four characters would hide ordinary text and are left out. */
export function registerSecret(value: string): void {
  if (value.length >= 4) secrets.add(value);
}

/** Text that may be shown: without registered secrets, credentials in addresses, and control characters other than line ends, tabs and colours. */
export function redact(text: string): string {
  // Without the scheme before it, which would make a long text without any take minutes.
  let shown = text.replace(/:\/\/[^\s/@:]*(:[^\s/@]*)?@/g, '://***@');
  for (const secret of secrets) shown = shown.replaceAll(secret, '***');
  return shown.replace(/\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]/g, '');
}

/** JSON of a value, each of its texts redacted for itself: what hides in JSON's own characters would break it, or be missed. */
export function redactJson(value: unknown): string {
  return JSON.stringify(value, (_, inner) => (typeof inner === 'string' ? redact(inner) : inner));
}
