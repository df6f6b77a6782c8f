import { type Fault, fault } from '@dema/errors';
import { showUrl } from './shown-url.ts';

/** What was asked for: `what` as a person would say it, and from where. */
export interface Wanted {
  what: string;
  url: string;
}

export function hostUnreachable({ what, url }: Wanted, proxy: string | undefined, cause: unknown): Fault {
  const host = new URL(url).host;
  const via = proxy ? ` through the proxy ${showUrl(proxy)}` : '';
  return fault('FETCH_HOST_UNREACHABLE', {
    problem: `${what} cannot be fetched: ${host} is not reachable${via}.`,
    fix: proxy
      ? 'Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or whether the proxy lets this host through.'
      : 'Check the network. Behind a proxy set HTTPS_PROXY and NO_PROXY; with a registry or mirror of your own name it where its client does, or in BP_DEPENDENCY_MIRROR (docs/network.md); without a network use --offline after one build with it.',
    blame: 'platform',
    details: [showUrl(url), ...messagesOf(cause)],
    cause,
  });
}

export function proxyRefused({ what, url }: Wanted, proxy: string, cause: unknown): Fault {
  return fault('FETCH_PROXY_REFUSED', {
    problem: `${what} cannot be fetched: the proxy ${showUrl(proxy)} refuses the way to ${new URL(url).host}.`,
    fix: 'Put the user and the password that the proxy wants into HTTPS_PROXY, or list the host in NO_PROXY.',
    blame: 'platform',
    details: [showUrl(url), ...messagesOf(cause)],
    cause,
  });
}

export function proxyInvalid(proxy: string): Fault {
  return fault('FETCH_PROXY_INVALID', {
    problem: `The proxy ${showUrl(proxy)} is not an http:// or https:// address.`,
    fix: "Set HTTP_PROXY and HTTPS_PROXY (or npm's proxy and https-proxy) to an address such as http://proxy.example:3128.",
    blame: 'user',
  });
}

export function urlInvalid({ what, url }: Wanted): Fault {
  return fault('FETCH_URL_INVALID', {
    problem: `${what} cannot be fetched: ${showUrl(url)} is not an http:// or https:// address.`,
    fix: 'Correct the address where it is set.',
    blame: 'user',
  });
}

export function notFound({ what, url }: Wanted, status: number): Fault {
  return fault('FETCH_NOT_FOUND', {
    problem: `${what} was not found: ${showUrl(url)} answers ${status}.`,
    fix: 'Check its name and version. If the address is the one of a mirror, see whether the mirror has it.',
    blame: 'platform',
  });
}

export function fileUnreadable({ what, url }: Wanted, cause: unknown): Fault {
  return fault('FETCH_FILE_UNREADABLE', {
    problem: `${what} cannot be read from ${showUrl(url)}.`,
    fix: 'Correct the address where it is set. A build sees only the files of its sandbox, such as those of volumes and bindings.',
    blame: 'user',
    details: messagesOf(cause),
    cause,
  });
}

export function accessDenied({ what, url }: Wanted, status: number, details: string[]): Fault {
  return fault('FETCH_ACCESS_DENIED', {
    problem: `${what} cannot be fetched: ${showUrl(url)} answers ${status}.`,
    fix: `Give credentials for ${new URL(url).host} where its client keeps them (npm: .npmrc, Debian: /etc/apt/auth.conf.d), or renew the ones that are there.`,
    blame: 'platform',
    details,
  });
}

export function statusBad({ what, url }: Wanted, status: number, details: string[]): Fault {
  return fault('FETCH_STATUS_BAD', {
    problem: `${what} cannot be fetched: ${showUrl(url)} answers ${status}.`,
    fix: 'Try again later; if it stays, ask those who run this server or the proxy before it.',
    blame: 'platform',
    details,
  });
}

export function tooManyRedirects({ what, url }: Wanted): Fault {
  return fault('FETCH_REDIRECT_ENDLESS', {
    problem: `${what} cannot be fetched: ${showUrl(url)} redirects without end.`,
    fix: 'Ask those who run this server or the proxy before it; a login page in between does this, too.',
    blame: 'platform',
  });
}

export function redirectInsecure({ what, url }: Wanted, target: string): Fault {
  return fault('FETCH_REDIRECT_INSECURE', {
    problem: `${what} is not fetched: ${showUrl(url)} redirects from https: to ${showUrl(target)}.`,
    fix: 'Ask those who run this server to redirect to https: addresses only, or set the http: address itself where this one is set, if that is meant.',
    blame: 'platform',
  });
}

export function checksumMismatch(wanted: Wanted, expected: string, found: string, size: number): Fault {
  return fault('FETCH_CHECKSUM_MISMATCH', {
    problem: `${wanted.what} from ${showUrl(wanted.url)} is not what it should be.`,
    fix: 'Do not use it. A proxy or a mirror may give out an old or an altered copy: clear its cache, or fetch from another one.',
    blame: 'platform',
    details: [`expected ${expected}`, `found    ${found} (${size} bytes)`],
  });
}

export function truncated({ what, url }: Wanted, cause: unknown): Fault {
  return fault('FETCH_TRUNCATED', {
    problem: `${what} could not be fetched whole: ${showUrl(url)} broke off every time.`,
    fix: 'Try again. If it happens again, ask those who run this server or the proxy before it.',
    blame: 'platform',
    details: messagesOf(cause),
    cause,
  });
}

export function stalled({ what, url }: Wanted, cause: unknown): Fault {
  return fault('FETCH_STALLED', {
    problem: `${what} could not be fetched: ${showUrl(url)} stopped answering every time.`,
    fix: 'Try again. If it happens again, ask those who run this server or the proxy before it.',
    blame: 'platform',
    details: messagesOf(cause),
    cause,
  });
}

export function tooLarge({ what, url }: Wanted, maxBytes: number): Fault {
  return fault('FETCH_TOO_LARGE', {
    problem: `${what} from ${showUrl(url)} is larger than ${maxBytes} bytes, more than it can rightly be.`,
    fix: 'See what the address gives out; a login page or an endless answer of a proxy is not what was asked for.',
    blame: 'platform',
  });
}

export function notJson({ what, url }: Wanted, cause: unknown): Fault {
  return fault('FETCH_JSON_INVALID', {
    problem: `${what} from ${showUrl(url)} is not JSON.`,
    fix: 'See what the address gives out; a login page of a proxy is not what was asked for.',
    blame: 'platform',
    details: messagesOf(cause),
    cause,
  });
}

export function offline({ what, url }: Wanted): Fault {
  return fault('FETCH_OFFLINE', {
    problem: `${what} is missing, and the network may not be used.`,
    fix: 'Build once without --offline, so that it is kept; or copy the cache folder of a machine where that was done.',
    blame: 'user',
    details: [showUrl(url)],
  });
}

export function certificateUntrusted({ what, url }: Wanted, sources: string[], cause: unknown): Fault {
  return fault('FETCH_CERTIFICATE_UNTRUSTED', {
    problem: `${what} cannot be fetched: the certificate of ${new URL(url).host} is not trusted.`,
    fix: 'If a proxy inspects the traffic, set NODE_EXTRA_CA_CERTS to the PEM file with the certificate of its authority.',
    blame: 'platform',
    details: [...messagesOf(cause), 'authorities were read from:', ...sources.map((one) => `  ${one}`)],
    cause,
  });
}

export function npmRegistryUnknown(details: string[]): Fault {
  return fault('FETCH_NPM_REGISTRY_UNKNOWN', {
    problem:
      'The address of the npm registry is not known: no npm configuration names one, and there is no npm to ask for its default.',
    fix: 'Set npm_config_registry to the address of the registry, or write a line registry=... into ~/.npmrc, or install npm.',
    blame: 'platform',
    details,
  });
}

export function npmConfigInvalid(file: string, problem: string): Fault {
  return fault('FETCH_NPM_CONFIG_INVALID', {
    problem: `The npm configuration in ${file} cannot be used: ${problem}.`,
    fix: `Correct it in ${file}.`,
    blame: 'user',
  });
}

/** What the system says of a trouble, one for each address that was tried. */
export function messagesOf(cause: unknown): string[] {
  if (cause instanceof AggregateError) return cause.errors.flatMap(messagesOf);
  if (!(cause instanceof Error)) return [];
  return cause.message ? [cause.message] : messagesOf(cause.cause);
}
