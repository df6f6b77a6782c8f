export { findHostCertificates, type HostCertificates } from './certificates.ts';
export { type Checksum, isChecksum, parseIntegrity } from './checksum.ts';
export type { FetchEvent } from './fetch-event.ts';
export { createFetcher, type DownloadOptions, type Fetcher, type FetcherOptions, type ReadOptions } from './fetcher.ts';
export { adoptDownload, findDownloaded } from './known-checksums.ts';
export { type NpmConfig, npmTarballUrl, readNpmConfig } from './npm-config.ts';
export type { ProxySettings } from './proxy.ts';
export { showUrl } from './shown-url.ts';
export { registerUserInfo } from './user-info.ts';
