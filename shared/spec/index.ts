export { type Analyzed, type AnalyzedRunImage, renderAnalyzedToml } from './analyzed-toml.ts';
export { apiAtLeast, BUILDPACK_API, PLATFORM_API, SUPPORTED_APIS, supportsApi } from './api.ts';
export {
  BASE_METADATA_LABEL,
  findBasePackages,
  findPackagesOfBase,
  type Packages,
  renderBaseMetadata,
} from './base-packages.ts';
export { type BaseDescriptor, type BaseUser, type PackageSelection, parseBaseToml } from './base-toml.ts';
export { hideSecret } from './binding-secrets.ts';
export { type Binding, type BindingFiles, type Bindings, type BindingsOptions, openBindings } from './bindings.ts';
export type { BomEntry } from './bom.ts';
export { type BuildPlan, type PlanRequire, type PlanSections, parseBuildPlan, renderBuildPlan } from './build-plan.ts';
export { type BuildDescriptor, parseBuildToml, renderBuildToml } from './build-toml.ts';
export {
  type ApiVersions,
  BUILDER_LABEL,
  type BuilderLabels,
  isBuilder,
  LIFECYCLE_APIS_LABEL,
  LIFECYCLE_VERSION_LABEL,
  type LifecycleInfo,
  MIXINS_LABEL,
  ORDER_EXTENSIONS_LABEL,
  ORDER_LABEL,
  parseBuilderLabels,
  parseLifecycleLabels,
  parseMixins,
  renderBuilderLabels,
  STACK_LABEL,
  SYSTEM_LABEL,
} from './builder-label.ts';
export {
  type BuilderDescriptor,
  type BuilderEnv,
  type ModuleLocation,
  parseBuilderToml,
} from './builder-toml.ts';
export { type PlanEntry, parseBuildpackPlan, renderBuildpackPlan } from './buildpack-plan.ts';
export {
  type BuildpackDescriptor,
  inferTargets,
  type ModuleInfo,
  parseBuildpackToml,
  type Target,
} from './buildpack-toml.ts';
export { type Configuration, listConfigurations } from './configurations.ts';
export {
  applyEnvFiles,
  applyPlatformEnvFiles,
  type EnvAction,
  type EnvFile,
  INHERITED_VARIABLES,
  layerRootPaths,
  type RootPath,
} from './env.ts';
export { escapeId } from './escape-id.ts';
export { EXIT } from './exit.ts';
export { type ExtensionDescriptor, parseExtensionToml } from './extension-toml.ts';
export { type BuildGroup, type GroupElement, parseGroupToml, renderGroupToml } from './group-toml.ts';
export {
  type Label,
  type LaunchDescriptor,
  type LaunchProcess,
  parseLaunchToml,
  renderLaunchToml,
  type Slice,
} from './launch-toml.ts';
export { type LayerDescriptor, parseLayerToml, renderLayerToml, renderRestoredLayerToml } from './layer-toml.ts';
export {
  type BuildpackLayers,
  type LayerMetadata,
  type LifecycleMetadata,
  parseBuildpackLayers,
  parseLifecycleLabel,
  type Sha,
} from './lifecycle-label.ts';
export { parseLifecycleToml } from './lifecycle-toml.ts';
export { type BuildMetadata, type MetadataProcess, parseMetadataToml, renderMetadataToml } from './metadata-toml.ts';
export { findMisspeltSettings, type MisspeltSetting } from './misspelt-settings.ts';
export {
  BUILDPACK_LAYERS_LABEL,
  BUILDPACKAGE_LABEL,
  EXTENSION_LAYERS_LABEL,
  type ModuleLayer,
  type PackageMetadata,
  parseModuleLayers,
  parsePackageLabel,
  renderModuleLayers,
  renderPackageLabel,
} from './module-label.ts';
export { checkModuleVersion } from './module-version.ts';
export type { BuildpackReference } from './order.ts';
export { type OrderDescriptor, parseOrderToml, type ResolvedReference, renderOrderToml } from './order-toml.ts';
export { type PackageDescriptor, parsePackageToml } from './package-toml.ts';
export { parseAnalyzedToml } from './parse-analyzed-toml.ts';
export { parseToml } from './parse-toml.ts';
export { parsePlanToml, renderPlanToml, type SettledEntry } from './plan-toml.ts';
export {
  type ProjectMetadata,
  parseProjectMetadataToml,
  projectMetadataLabel,
  renderProjectMetadataToml,
} from './project-metadata-toml.ts';
export { type ProjectBuildpack, type ProjectDescriptor, parseProjectToml } from './project-toml.ts';
export type { LabelledImage } from './read-label.ts';
export { renderJson } from './render-json.ts';
export { type RenderTomlOptions, renderToml } from './render-toml.ts';
export { parseReportToml, type Report, renderReportToml } from './report-toml.ts';
export {
  parseRunToml,
  parseStackToml,
  type RunImageReference,
  renderRunToml,
  renderStackToml,
} from './run-toml.ts';
export { SBOM_TYPES, type SbomType } from './sbom-types.ts';
export { describeRange, parseSetting, type SettingKind, type SettingRules } from './setting-value.ts';
export { sortKeys } from './sort-keys.ts';
export { parseStoreToml, renderRestoredStoreToml, type StoreDescriptor } from './store-toml.ts';
export { parseSystemToml, renderSystemToml, type SystemBuildpacks } from './system-toml.ts';
export { parseVcapServices } from './vcap-services.ts';
