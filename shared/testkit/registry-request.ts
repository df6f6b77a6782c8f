import type { IncomingHttpHeaders } from 'node:http';

export interface RegistryRequest {
  /** The first is 1. */
  number: number;
  method: string;
  url: URL;
  repository: string;
  /** Of the path, behind the repository; empty for what is about none. */
  rest: string;
  headers: IncomingHttpHeaders;
  body: AsyncIterable<Buffer>;
}

export interface RegistryReply {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer;
  /** Ends the connection instead of answering, or behind the body. */
  isBroken?: boolean;
  /** Does what it always does, with so many bytes of the request, then ends the connection. */
  breaksAfter?: number;
}

export function replyJson(status: number, value: unknown): RegistryReply {
  return { status, body: Buffer.from(JSON.stringify(value)), headers: { 'content-type': 'application/json' } };
}

export function refuse(status: number, code: string): RegistryReply {
  return replyJson(status, { errors: [{ code, message: 'no' }] });
}
