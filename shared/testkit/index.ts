export * from './answers.ts';
export { type AppRegistry, openAppRegistry } from './app-registry.ts';
export {
  type BuildOutcome,
  type BuildpackHarness,
  type DetectOutcome,
  type FaultSeen,
  type HarnessOptions,
  openBuildpackHarness,
} from './buildpack-harness.ts';
export {
  type CertificateAuthority,
  createCertificateAuthority,
  type ServerCertificate,
} from './certificate-authority.ts';
export { type ContainerRegistry, type ContainerRegistryOptions, startContainerRegistry } from './container-registry.ts';
export {
  createSigningKey,
  debFilename,
  debianMirrorRoutes,
  type FakeDeb,
  type FakeMirrorOptions,
  makeDeb,
  type SigningKey,
} from './debian-mirror.ts';
export type { FakeDependency } from './fake-dependency.ts';
export { makeFolderImage } from './folder-image.ts';
export { type FuzzFormat, type FuzzTarget, fuzz, listFuzzTargets, type NamedFuzzTarget } from './fuzz-target.ts';
export { npmRegistryRoutes, type RegistryPackage } from './npm-registry.ts';
export { type RegistryReply, type RegistryRequest, refuse, replyJson } from './registry-request.ts';
export type { CommandOutcome, CommandRun, ScriptedCommand } from './scripted-commands.ts';
export { startProxy, type TestProxy } from './test-proxy.ts';
export { type Answer, listen, type Routes, type SeenRequest, startServer, type TestServer } from './test-server.ts';
export { type Files, writeFiles } from './write-files.ts';
