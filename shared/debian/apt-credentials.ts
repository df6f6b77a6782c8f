/** One `machine` of apt's credentials. */
export interface AptCredentials {
  /** `https` unless it says otherwise: apt sends nothing over a plain connection that was not named so. */
  protocol: 'http:' | 'https:';
  host: string;
  /** Beginning of the path it is for, with a leading `/`; empty for the whole host. */
  path: string;
  login: string;
  password: string;
}

/** Format: apt_auth.conf(5), words as in a netrc file; a `#` at the beginning of a line makes it a comment. */
export function parseAptCredentials(text: string): AptCredentials[] {
  const words = text.replace(/^\s*#.*$/gm, '').match(/\S+/g) ?? [];
  const credentials: AptCredentials[] = [];
  for (let i = 0; i + 1 < words.length; i += 2) {
    const value = words[i + 1] ?? '';
    const last = credentials.at(-1);
    if (words[i] === 'machine') credentials.push({ ...parseMachine(value), login: '', password: '' });
    else if (words[i] === 'login' && last) last.login = value;
    else if (words[i] === 'password' && last) last.password = value;
  }
  return credentials;
}

function parseMachine(text: string): Pick<AptCredentials, 'protocol' | 'host' | 'path'> {
  const [, scheme = 'https', host = '', path = ''] = /^(?:(https?):\/\/)?([^/]*)(\/.*)?$/.exec(text) ?? [];
  return { protocol: scheme === 'http' ? 'http:' : 'https:', host: host.toLowerCase(), path };
}

/** The first entry that fits the address. */
export function findAptCredentials(credentials: AptCredentials[], address: string): AptCredentials | undefined {
  const { protocol, host, hostname, pathname } = new URL(address);
  return credentials.find(
    (entry) =>
      entry.protocol === protocol &&
      (entry.host === host || entry.host === hostname) &&
      (pathname === entry.path ||
        pathname.startsWith(entry.path.endsWith('/') || entry.path === '' ? entry.path : `${entry.path}/`)),
  );
}
