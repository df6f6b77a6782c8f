import { createHash, randomUUID } from 'node:crypto';
import { type RegistryReply, type RegistryRequest, refuse } from './registry-request.ts';

interface Upload {
  pieces: Buffer[];
  /** Bytes of all of them. */
  size: number;
  /** Part of the address, another one after each request. */
  state: number;
}

/** Uploads of blobs, whole and in chunks, and mounts. What came before a connection broke is kept. Nothing for other requests. */
export function openRegistryUploads(blobs: Map<string, Buffer>, { minChunk }: { minChunk?: number }) {
  const uploads = new Map<string, Upload>();

  function start({ repository, url }: RegistryRequest): RegistryReply {
    const digest = url.searchParams.get('mount');
    const mounted = digest === null ? undefined : blobs.get(`${url.searchParams.get('from')}@${digest}`);
    if (mounted !== undefined) {
      blobs.set(`${repository}@${digest}`, mounted);
      return { status: 201 };
    }
    const id = randomUUID();
    const upload = { pieces: [], size: 0, state: 0 };
    uploads.set(id, upload);
    const least: Record<string, string> = minChunk === undefined ? {} : { 'oci-chunk-min-length': String(minChunk) };
    return { status: 202, headers: { ...headersOf(repository, id, upload), ...least } };
  }

  async function patch(request: RegistryRequest, id: string, upload: Upload): Promise<RegistryReply> {
    const [, first, last] = /^(\d+)-(\d+)$/.exec(request.headers['content-range'] ?? '') ?? [];
    const length = Number(request.headers['content-length']);
    const isOdd = first !== undefined && length !== Number(last) - Number(first) + 1;
    if (isOdd || (first !== undefined && Number(first) !== upload.size))
      return { status: 416, headers: headersOf(request.repository, id, upload) };
    await append(request, upload);
    upload.state += 1;
    return { status: 202, headers: headersOf(request.repository, id, upload) };
  }

  async function finish(request: RegistryRequest, id: string, upload: Upload): Promise<RegistryReply> {
    await append(request, upload);
    const digest = request.url.searchParams.get('digest') ?? '';
    const content = Buffer.concat(upload.pieces);
    if (digestOf(content) !== digest) return refuse(400, 'DIGEST_INVALID');
    blobs.set(`${request.repository}@${digest}`, content);
    uploads.delete(id);
    return { status: 201, headers: { location: `/v2/${request.repository}/blobs/${digest}` } };
  }

  return (request: RegistryRequest): RegistryReply | Promise<RegistryReply> | undefined => {
    const [, id] = /^blobs\/uploads\/(.*)$/.exec(request.rest) ?? [];
    if (id === undefined && !/^blobs\/uploads\/$/.test(request.rest)) return undefined;
    if (request.method === 'POST') return start(request);
    const upload = uploads.get(id ?? '');
    if (upload === undefined || request.url.searchParams.get('state') !== String(upload.state))
      return refuse(404, 'BLOB_UPLOAD_UNKNOWN');
    if (request.method === 'PATCH') return patch(request, id ?? '', upload);
    if (request.method === 'PUT') return finish(request, id ?? '', upload);
    return { status: 204, headers: headersOf(request.repository, id ?? '', upload) };
  };
}

async function append({ body }: RegistryRequest, upload: Upload): Promise<void> {
  for await (const chunk of body) {
    upload.pieces.push(chunk);
    upload.size += chunk.length;
  }
}

function headersOf(repository: string, id: string, { state, size }: Upload): Record<string, string> {
  const location = `/v2/${repository}/blobs/uploads/${id}?state=${state}`;
  return size > 0 ? { location, range: `0-${size - 1}` } : { location };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
