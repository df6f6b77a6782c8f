import { packageUrlInvalid } from './faults.ts';

/** The parts of a package URL (purl specification), decoded. */
export interface PackageUrl {
  type: string;
  /** With its slashes, such as `@scope` or `debian`. */
  namespace?: string;
  name: string;
  version?: string;
  qualifiers: Record<string, string>;
}

export function parsePackageUrl(uri: string): PackageUrl {
  const match = /^pkg:\/*([^/?#]+)\/([^?#]*)(?:\?([^#]*))?/.exec(uri);
  if (!match) throw packageUrlInvalid(uri, 'it has no type or no name');
  const [, type = '', path = '', query = ''] = match;
  const at = path.lastIndexOf('@');
  const hasVersion = at > path.lastIndexOf('/') + 1;
  const segments = (hasVersion ? path.slice(0, at) : path)
    .split('/')
    .filter(Boolean)
    .map((part) => decode(part, uri));
  const name = segments.pop();
  if (!name) throw packageUrlInvalid(uri, 'it has no name');
  return {
    type: type.toLowerCase(),
    namespace: segments.length ? segments.join('/') : undefined,
    name,
    version: hasVersion ? decode(path.slice(at + 1), uri) : undefined,
    qualifiers: parseQualifiers(query, uri),
  };
}

function parseQualifiers(query: string, uri: string): Record<string, string> {
  const pairs = query.split('&').filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key = '', ...value] = pair.split('=');
      return [key.toLowerCase(), decode(value.join('='), uri)];
    }),
  );
}

function decode(text: string, uri: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw packageUrlInvalid(uri, `"${text}" is not percent-encoded`);
  }
}
