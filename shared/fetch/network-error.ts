/**
 * What kind of trouble an error of the network is. `unreachable`: no connection came about; `timeout`: the same, and it took
 * the whole time allowed; `silent`: a host that never said anything; `proxy`: the proxy refuses the way to the host;
 * `gateway`: the proxy does not reach it; `broken` and `stalled`: a connection came about and ended, or went silent, too early.
 */
export type NetworkTrouble =
  | 'unreachable'
  | 'timeout'
  | 'silent'
  | 'certificate'
  | 'proxy'
  | 'gateway'
  | 'broken'
  | 'stalled';

const UNREACHABLE = /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/;
const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|ERR_TLS_CERT_|UND_ERR_PRX_TLS|HOSTNAME_MISMATCH)/;
const BROKEN =
  /^(ECONNRESET|EPIPE|ECONNABORTED|EPROTO|ERR_SSL_|ERR_STREAM_PREMATURE_CLOSE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|HPE_|Z_)/;

export function findTrouble(error: unknown): NetworkTrouble | undefined {
  if (!(error instanceof Error)) return undefined;
  // One error for each address of the host.
  if (error instanceof AggregateError) return findTrouble(error.errors[0]);
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  if (code === 'UND_ERR_PRX_CONN' || /Proxy response \(5\d\d\)/.test(error.message)) return 'gateway';
  if (/HTTP Tunneling|Proxy Authentication/.test(error.message)) return 'proxy';
  if (code === 'ERR_HOST_SILENT') return 'silent';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || (code === 'ETIMEDOUT' && syscall === 'connect')) return 'timeout';
  if (UNREACHABLE.test(code) || syscall === 'connect' || syscall === 'getaddrinfo') return 'unreachable';
  if (CERTIFICATE.test(code)) return 'certificate';
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT' || code === 'ETIMEDOUT') return 'stalled';
  if (BROKEN.test(code)) return 'broken';
  return findTrouble(error.cause);
}
