import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { type RegistryReply, type RegistryRequest, refuse, replyJson } from './registry-request.ts';

export interface RegistryManifest {
  content: Buffer;
  type: string;
}

interface Named {
  digest: string;
}

interface Contents {
  /** By `<repository>@<digest>`. */
  blobs: Map<string, Buffer>;
  /** By `<repository>:<tag>` and `<repository>@<digest>`. */
  manifests: Map<string, RegistryManifest>;
  hasReferrers: boolean;
  /** Names in a page of a list, at most. */
  pageSize?: number;
}

/** What a registry answers about what it holds. */
export function answerOf(contents: Contents, request: RegistryRequest): RegistryReply | Promise<RegistryReply> {
  if (request.url.pathname === '/v2/') return replyJson(200, {});
  if (request.url.pathname === '/v2/_catalog') return listRepositories(contents, request);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (request.rest.startsWith('blobs/')) return isRead ? readBlob(contents, request) : { status: 405 };
  if (request.rest === 'tags/list') return listTags(contents, request);
  if (request.rest.startsWith('referrers/')) return listReferrers(contents, request);
  if (request.rest.startsWith('manifests/')) return (isRead ? readManifest : writeManifest)(contents, request);
  return refuse(404, 'NAME_UNKNOWN');
}

function readBlob({ blobs }: Contents, { repository, rest }: RegistryRequest): RegistryReply {
  const digest = rest.slice('blobs/'.length);
  const body = blobs.get(`${repository}@${digest}`);
  return body ? { status: 200, body, headers: sizeOf(body, digest) } : refuse(404, 'BLOB_UNKNOWN');
}

function readManifest({ manifests }: Contents, { repository, rest }: RegistryRequest): RegistryReply {
  const found = manifests.get(keyOf(repository, rest.slice('manifests/'.length)));
  if (found === undefined) return refuse(404, 'MANIFEST_UNKNOWN');
  const { content: body, type } = found;
  return { status: 200, body, headers: { 'content-type': type, ...sizeOf(body, digestOf(body)) } };
}

async function writeManifest(
  { blobs, manifests, hasReferrers }: Contents,
  { repository, rest, headers, body }: RegistryRequest,
): Promise<RegistryReply> {
  const content = await buffer(body);
  const { config, layers = [], manifests: images = [], subject } = JSON.parse(content.toString('utf8'));
  const needed: Named[] = [...(config ? [config] : []), ...layers];
  if (needed.some(({ digest }) => !blobs.has(`${repository}@${digest}`))) return refuse(404, 'MANIFEST_BLOB_UNKNOWN');
  if (images.some(({ digest }: Named) => !manifests.has(`${repository}@${digest}`)))
    return refuse(404, 'MANIFEST_BLOB_UNKNOWN');
  const digest = digestOf(content);
  const type = headers['content-type'] ?? '';
  for (const one of [keyOf(repository, rest.slice('manifests/'.length)), `${repository}@${digest}`])
    manifests.set(one, { content, type });
  const known: Record<string, string> = hasReferrers && subject ? { 'oci-subject': subject.digest } : {};
  return { status: 201, headers: { location: `/v2/${repository}/manifests/${digest}`, ...known } };
}

function listRepositories({ manifests, pageSize }: Contents, { url }: RegistryRequest): RegistryReply {
  const all = [...manifests.keys()].map((key) => key.replace(/(@.*|:[^:/]*)$/, ''));
  return replyPage(url, [...new Set(all)], { pageSize, render: (repositories) => ({ repositories }) });
}

function listTags({ manifests, pageSize }: Contents, { repository, url }: RegistryRequest): RegistryReply {
  const all = [...manifests.keys()].flatMap((key) => (key.startsWith(`${repository}:`) ? [tagOf(key)] : []));
  return replyPage(url, all, { pageSize, render: (tags) => ({ name: repository, tags }) });
}

interface Page {
  pageSize?: number;
  render(names: string[]): unknown;
}

function replyPage(url: URL, names: string[], { pageSize = 1000, render }: Page): RegistryReply {
  const last = url.searchParams.get('last');
  const rest = names.sort().filter((name) => last === null || name > last);
  const page = rest.slice(0, Math.min(pageSize, Number(url.searchParams.get('n') ?? '2')));
  const link = `<${url.pathname}?n=${page.length}&last=${page.at(-1)}>; rel="next"`;
  const reply = replyJson(200, render(page));
  return page.length < rest.length ? { ...reply, headers: { ...reply.headers, link } } : reply;
}

function listReferrers({ manifests, hasReferrers }: Contents, { repository, rest }: RegistryRequest): RegistryReply {
  if (!hasReferrers) return { status: 404 };
  const wanted = rest.slice('referrers/'.length);
  const all = [...manifests].filter(([key]) => key.startsWith(`${repository}@`));
  const found = all.flatMap(([, { content, type }]) => {
    const { subject, artifactType, config, annotations } = JSON.parse(content.toString('utf8'));
    const described = { mediaType: type, digest: digestOf(content), size: content.length, annotations };
    return subject?.digest === wanted ? [{ ...described, artifactType: artifactType ?? config?.mediaType }] : [];
  });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const reply = replyJson(200, { schemaVersion: 2, mediaType, manifests: found });
  return { ...reply, headers: { 'content-type': mediaType } };
}

function keyOf(repository: string, reference: string): string {
  return `${repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
}

function tagOf(key: string): string {
  return key.slice(key.lastIndexOf(':') + 1);
}

function sizeOf(body: Buffer, digest: string): Record<string, string> {
  return { 'content-length': String(body.length), 'docker-content-digest': digest };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
