export * from './answers.ts';
export {
  type CertificateAuthority,
  createCertificateAuthority,
  type ServerCertificate,
} from './certificate-authority.ts';
export {
  createSigningKey,
  debFilename,
  debianMirrorRoutes,
  type FakeDeb,
  type FakeMirrorOptions,
  makeDeb,
  type SigningKey,
} from './debian-mirror.ts';
export { npmRegistryRoutes, type RegistryPackage } from './npm-registry.ts';
export { startProxy, type TestProxy } from './test-proxy.ts';
export { type Answer, type Routes, type SeenRequest, startServer, type TestServer } from './test-server.ts';
