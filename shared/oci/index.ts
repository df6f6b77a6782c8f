export type { Artifact } from './artifact.ts';
export { attachArtifact } from './attach-artifact.ts';
export type { Descriptor, Platform } from './descriptor.ts';
export type { NamedContent } from './find-content.ts';
export { type FolderEntriesOptions, folderEntries } from './folder-entries.ts';
export {
  appendLayers,
  emptyImage,
  FIXED_TIME,
  findEnv,
  type Image,
  setConfig,
  setCreated,
  setEnv,
  setLabels,
} from './image.ts';
export type { ContainerConfig, HistoryEntry, ImageConfig } from './image-config.ts';
export {
  chooseExactly,
  chooseImage,
  createIndex,
  describeContent,
  type ImageIndex,
  type ImageOrIndex,
  type IndexEntry,
  isIndex,
  platformOf,
} from './image-index.ts';
export { type ImageListing, type ImageStore, openImageStore, type StoredImage } from './image-store.ts';
export { findImageTree, makeImageTree } from './image-tree.ts';
export { createLayer, findLayer, type Layer, type LayerOptions } from './layer.ts';
export { checkLayoutTarget, readLayout, readNamedLayout, writeLayout } from './layout.ts';
export { type MovedTag, moveTag } from './move-tag.ts';
export { parsePlatform, renderPlatform } from './platform.ts';
export { createLayerTreeProof } from './prove-layer-tree.ts';
export { findRemoteDigest, pullImage, pullImageOrIndex } from './pull-image.ts';
export { type KnownImage, noteKnown, type PullPolicy, pullKnown } from './pull-known.ts';
export { type PushContent, type PushOptions, pushContent, pushImage } from './push-image.ts';
export { readArchive, readNamedArchive } from './read-archive.ts';
export { readImage } from './read-image.ts';
export { rebaseLayers } from './rebase-layers.ts';
export {
  isReference,
  isSameReference,
  parseReference,
  pinReference,
  referenceFromName,
  withoutDigest,
} from './reference.ts';
export { listReferrers, type Referrer } from './referrers.ts';
export type { RegistryOptions } from './registry.ts';
export { listRepositories, listTags } from './registry-catalogue.ts';
export { openRegistryConnections, type RegistryConnections } from './registry-connections.ts';
export { readRegistryContent } from './registry-content.ts';
export { hasRegistry, parseRegistryName, type RegistryName } from './registry-name.ts';
export { validateImage } from './validate-image.ts';
export { type VerifiedImages, verifyImages } from './verify-images.ts';
export { checkArchiveTarget, writeArchive } from './write-archive.ts';
export { writeImage } from './write-image.ts';
