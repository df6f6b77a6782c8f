const secrets = new Set<string>();

/** Makes `redact` hide this value wherever it stands. Values of under four characters would hide ordinary text and are left out. */
export function registerSecret(value: string): void {
  if (value.length >= 4) secrets.add(value);
}

/** Text that may be shown: without registered secrets, credentials in addresses, and control characters other than line ends, tabs and colours. */
export function redact(text: string): string {
  let shown = text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*(:[^\s/@]*)?@/gi, '$1***@');
  for (const secret of secrets) shown = shown.replaceAll(secret, '***');
  return shown.replace(/\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/g, '');
}
