import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import * as faults from './faults.ts';

const wanted = { what: 'Node.js 24.1.0', url: 'https://user:password@mirror.example/node.tgz?signature=secret' };
const cause = new Error('what the system says');

const cases = {
  FETCH_HOST_UNREACHABLE: faults.hostUnreachable(wanted, undefined, cause),
  FETCH_PROXY_REFUSED: faults.proxyRefused(wanted, 'http://user:password@proxy.example:3128', cause),
  FETCH_PROXY_INVALID: faults.proxyInvalid('socks://user:password@proxy.example'),
  FETCH_URL_INVALID: faults.urlInvalid({ ...wanted, url: 'ftp://user:password@mirror.example/node.tgz' }),
  FETCH_NOT_FOUND: faults.notFound(wanted, 404),
  FETCH_FILE_UNREADABLE: faults.fileUnreadable({ ...wanted, url: 'file:///mirror/node.tgz' }, cause),
  FETCH_ACCESS_DENIED: faults.accessDenied(wanted, 401, ['who are you']),
  FETCH_STATUS_BAD: faults.statusBad(wanted, 500, ['out of order']),
  FETCH_REDIRECT_ENDLESS: faults.tooManyRedirects(wanted),
  FETCH_REDIRECT_INSECURE: faults.redirectInsecure(wanted, 'http://user:password@mirror.example/x?signature=secret'),
  FETCH_CHECKSUM_MISMATCH: faults.checksumMismatch(wanted, 'sha256:aa', 'sha256:bb', 7),
  FETCH_TRUNCATED: faults.truncated(wanted, cause),
  FETCH_STALLED: faults.stalled(wanted, cause),
  FETCH_TOO_LARGE: faults.tooLarge(wanted, 1000),
  FETCH_JSON_INVALID: faults.notJson(wanted, cause),
  FETCH_OFFLINE: faults.offline(wanted),
  FETCH_CERTIFICATE_UNTRUSTED: faults.certificateUntrusted(wanted, ['/etc/ssl/cert.pem'], cause),
  FETCH_NPM_REGISTRY_UNKNOWN: faults.npmRegistryUnknown(['there is no npm on PATH']),
  FETCH_NPM_CONFIG_INVALID: faults.npmConfigInvalid('/home/someone/.npmrc', 'it is a folder'),
};

test.each(Object.entries(cases))('%s', (code, problem) => {
  expect(problem.code).toBe(code);
  const shown = formatFault(problem);
  expect(shown).toMatchSnapshot();
  expect(shown).not.toMatch(/:password|=secret/);
});

test('an unreachable host behind a proxy is looked for at the proxy', () => {
  const { problem, fix } = faults.hostUnreachable(wanted, 'http://user:password@proxy.example:3128', cause);
  expect(problem).toBe(
    'Node.js 24.1.0 cannot be fetched: mirror.example is not reachable through the proxy http://proxy.example:3128/.',
  );
  expect(fix).toContain('NO_PROXY');
});
