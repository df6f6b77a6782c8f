import { createServer, request as forward } from 'node:http';
import { connect } from 'node:net';
import { listen } from './test-server.ts';

export interface TestProxy {
  url: string;
  host: string;
  /** What it was asked for: `CONNECT host:port`, `GET http://...` */
  seen: string[];
  close(): Promise<void>;
}

/**
 * An HTTP proxy on a free loopback port, for tunnels and for plain requests. Names of hosts lead to this machine, so tests
 * may use ones that do not exist. @param credentials `user:password` that it insists on
 */
export async function startProxy(credentials?: string): Promise<TestProxy> {
  const seen: string[] = [];
  const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  const isRefused = (given: string | undefined) => expected !== undefined && given !== expected;
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (isRefused(request.headers['proxy-authorization'])) return void response.writeHead(407).end();
    const { port, pathname, search } = new URL(request.url ?? '');
    const { method, headers } = request;
    const onward = forward({ host: '127.0.0.1', port, path: pathname + search, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  });
  server.on('connect', (request, client, head) => {
    seen.push(`CONNECT ${request.url}`);
    client.on('error', () => undefined);
    if (isRefused(request.headers['proxy-authorization'])) return void client.end('HTTP/1.1 407 Refused\r\n\r\n');
    let isConnected = false;
    const target = connect(Number(new URL(`http://${request.url}`).port || 443), '127.0.0.1', () => {
      isConnected = true;
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    target.on('error', () => {
      if (!isConnected) client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      else client.destroy();
    });
    client.once('close', () => target.destroy());
  });
  const { port, close } = await listen(server);
  const host = `127.0.0.1:${port}`;
  return { url: `http://${host}`, host, seen, close };
}
