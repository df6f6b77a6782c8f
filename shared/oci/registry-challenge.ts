/** What a registry asks for with status 401: a way to log in, with its parameters. */
export interface Challenge {
  /** In lower case. */
  scheme: string;
  fields: Record<string, string>;
}

const PART = /([\w-]+)(?=\s+[\w-]+\s*=)|([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** Of a `WWW-Authenticate` header, which may name several ways (RFC 9110, 11.6.1). */
export function parseChallenges(header: string): Challenge[] {
  const found: Challenge[] = [];
  for (const [, scheme, name = '', quoted, plain = ''] of header.matchAll(PART)) {
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), fields: {} });
    else Object.assign(found.at(-1)?.fields ?? {}, { [name.toLowerCase()]: quoted?.replace(/\\(.)/g, '$1') ?? plain });
  }
  const [, bare] = /^\s*([\w-]+)\s*$/.exec(header) ?? [];
  return bare === undefined ? found : [{ scheme: bare.toLowerCase(), fields: {} }];
}
