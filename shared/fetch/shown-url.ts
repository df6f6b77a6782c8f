import { redact } from '@dema/errors';

/** An address that may be shown: without user, password and query, where signed addresses carry their secret. */
export function showUrl(url: string | URL): string {
  const parsed = URL.parse(String(url));
  if (!parsed) return redact(String(url));
  return redact(`${parsed.protocol}//${parsed.host}${parsed.pathname}${parsed.search ? '?...' : ''}`);
}
