import type { Digest } from '@dema/store';
import { isDigest } from '@dema/store';
import { invalidImage } from './faults.ts';
import type { ContainerConfig, ImageConfig } from './image-config.ts';
import { parseObject } from './parse-object.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isTable: Check = (value) => isObject(value) && Object.values(value as object).every(isText);
const isObjects: Check = (value) => Array.isArray(value) && value.every(isObject);

/** What is read of a configuration anywhere; other fields are only carried. */
const IMAGE: Record<string, Check> = { created: isText, variant: isText, config: isObject, history: isObjects };
const CONTAINER: Partial<Record<keyof ContainerConfig, Check>> = {
  Cmd: isTexts,
  Entrypoint: isTexts,
  Env: isTexts,
  ExposedPorts: isObject,
  Healthcheck: isObject,
  Labels: isTable,
  User: isText,
  Volumes: isObject,
  WorkingDir: isText,
};

/**
 * An image's configuration. Go writes `null` for a list or a table that it does not have: such fields are left out here.
 * Fault: OCI_IMAGE_INVALID.
 */
export function parseImageConfig(content: Uint8Array, digest: Digest): ImageConfig {
  const parsed = withoutNulls(parseObject(content, digest)) as Partial<ImageConfig>;
  if (typeof parsed.os !== 'string' || typeof parsed.architecture !== 'string')
    throw invalidImage(digest, 'it names no platform');
  requireShapes(parsed, IMAGE, digest);
  const config = parsed.config && withoutNulls(parsed.config);
  if (config) requireShapes(config, CONTAINER, digest);
  const diffIds: unknown = parsed.rootfs?.diff_ids ?? [];
  if (!Array.isArray(diffIds) || !diffIds.every(isDigest)) throw invalidImage(digest, 'it has broken diffIDs');
  const { os, architecture } = parsed;
  return { ...parsed, os, architecture, ...(config && { config }), rootfs: { type: 'layers', diff_ids: diffIds } };
}

function requireShapes(value: object, checks: Record<string, Check>, digest: Digest): void {
  const wrong = Object.entries(value).find(
    ([field, content]) => Object.hasOwn(checks, field) && !checks[field]?.(content),
  );
  if (wrong) throw invalidImage(digest, `its field ${wrong[0]} is of a wrong kind`);
}

function withoutNulls<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, content]) => content !== null)) as T;
}
