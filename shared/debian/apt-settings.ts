/** Settings of apt by full name in lower case, such as `acquire::http::proxy`; a later one replaces an earlier one. */
export type AptSettings = Map<string, string>;

const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|#[^\n]*|"([^"]*)"|([{};])|([^\s{};"]+)/g;

/** Reads one file of apt's settings into `settings`. Format: apt.conf(5), with nested blocks and with full names. */
export function parseAptSettings(text: string, settings: AptSettings): void {
  const scopes: string[] = [];
  let words: string[] = [];
  const nameOf = (word: string): string => [...scopes, word.replace(/::$/, '').toLowerCase()].join('::');
  for (const [token, quoted, punctuation, bare] of text.matchAll(TOKEN)) {
    if (punctuation === undefined) {
      if (quoted !== undefined || bare !== undefined) words.push(quoted ?? bare ?? token);
      continue;
    }
    const [name, value] = words;
    if (punctuation === '{') scopes.push((name ?? '').toLowerCase());
    else if (name !== undefined && value !== undefined) settings.set(nameOf(name), value);
    if (punctuation === '}') scopes.pop();
    words = [];
  }
}

export interface AptProxy {
  http?: string;
  https?: string;
}

/** The proxy that apt uses for a host, by scheme. `DIRECT` for a host means none. */
export function findAptProxy(settings: AptSettings, host: string): AptProxy {
  const find = (scheme: 'http' | 'https'): string | undefined => {
    const key = `acquire::${scheme}::proxy`;
    const value = settings.get(`${key}::${host.toLowerCase()}`) ?? settings.get(key);
    return value === undefined || value === '' || value === 'DIRECT' ? undefined : value;
  };
  const http = find('http');
  return { http, https: find('https') ?? http };
}
