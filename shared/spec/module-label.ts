import { type BuildpackDescriptor, type ModuleInfo, readStacks, readTargets, type Target } from './buildpack-toml.ts';
import { type BuildpackReference, plainGroups, readGroups } from './order.ts';
import { type LabelledImage, readLabel } from './read-label.ts';
import { renderJson } from './render-json.ts';
import {
  findString,
  findStrings,
  placeAt,
  readFlag,
  readName,
  readTable,
  readTables,
  type TomlTable,
  tomlFault,
} from './toml-place.ts';

/** Which layers of an image hold which buildpacks; kpack takes any image with it for a buildpackage. */
export const BUILDPACK_LAYERS_LABEL = 'io.buildpacks.buildpack.layers';
export const EXTENSION_LAYERS_LABEL = 'io.buildpacks.extension.layers';
/** What a buildpackage is a package of. */
export const BUILDPACKAGE_LABEL = 'io.buildpacks.buildpackage.metadata';

type Stack = BuildpackDescriptor['stacks'][number];

/** A buildpack or an extension, and the layer of an image that holds it. Several may share a layer (pack's `--flatten`). */
export interface ModuleLayer {
  id: string;
  version: string;
  api: string;
  stacks: Stack[];
  targets: Target[];
  /** Of a composite buildpack. */
  order?: BuildpackReference[][];
  layerDiffId: string;
  homepage?: string;
  name?: string;
}

/** What the label of a buildpackage says; without stacks, as pack writes it for an extension, it has none. */
export interface PackageMetadata extends ModuleInfo {
  stacks: Stack[];
}

/** In the order of ids, then of versions. Fault SPEC_LABEL_INVALID. */
export function parseModuleLayers(
  labelled: LabelledImage,
  label: typeof BUILDPACK_LAYERS_LABEL | typeof EXTENSION_LAYERS_LABEL = BUILDPACK_LAYERS_LABEL,
): ModuleLayer[] {
  return readLabel(labelled, label, (document) =>
    Object.keys(document.value).flatMap((id) => {
      const versions = readTable(document, id);
      return Object.keys(versions.value).map((version) => readModuleLayer(readTable(versions, version), id, version));
    }),
  );
}

/** What a buildpackage is of; undefined for an image that is none. Fault SPEC_LABEL_INVALID. */
export function parsePackageLabel(labelled: LabelledImage): PackageMetadata | undefined {
  if (labelled.labels[BUILDPACKAGE_LABEL] === undefined) return undefined;
  return readLabel(labelled, BUILDPACKAGE_LABEL, (document) => ({
    ...readLabelledModule(document),
    stacks: readStacks(document),
  }));
}

/** As pack writes it: maps in the order of their keys' bytes, empty fields left out. */
export function renderModuleLayers(modules: readonly ModuleLayer[]): string {
  const ids = inByteOrder([...new Set(modules.map(({ id }) => id))]);
  return renderMap(ids, (id) => {
    const own = modules.filter((one) => one.id === id);
    const versions = inByteOrder([...new Set(own.map(({ version }) => version))]);
    return renderMap(versions, (version) => {
      const found = own.findLast((one) => one.version === version);
      return renderJson(found && plainLayer(found));
    });
  });
}

export function renderPackageLabel({ stacks, ...info }: PackageMetadata): string {
  return renderJson({ ...plainModule(info), stacks: stacks.length > 0 ? stacks.map(plainStack) : null });
}

/** The fields of a module as Go's struct of them has them; what is empty is left out. */
export function plainModule({ id, name, version, description, homepage, ...info }: ModuleInfo): object {
  const { keywords, execEnv, licenses, clearEnv } = info;
  return {
    id,
    name: name || undefined,
    version,
    description: description || undefined,
    homepage: homepage || undefined,
    keywords: keywords.length > 0 ? keywords : undefined,
    'exec-env': execEnv.length > 0 ? execEnv : undefined,
    licenses: licenses.length > 0 ? licenses.map(({ type = '', uri = '' }) => ({ Type: type, URI: uri })) : undefined,
    'clear-env': clearEnv || undefined,
  };
}

/** A module in a label, whose licences Go names otherwise than TOML files do. */
export function readLabelledModule(table: TomlTable): ModuleInfo {
  return {
    id: readFolderName(table, 'id', /^(?!\.+$)[^\s\0]+$/),
    version: readFolderName(table, 'version', VERSION),
    name: findString(table, 'name'),
    homepage: findString(table, 'homepage'),
    description: findString(table, 'description'),
    keywords: findStrings(table, 'keywords') ?? [],
    execEnv: findStrings(table, 'exec-env') ?? [],
    licenses: readTables(table, 'licenses').map((license) => ({
      type: (findString(license, 'Type') ?? findString(license, 'type')) || undefined,
      uri: (findString(license, 'URI') ?? findString(license, 'uri')) || undefined,
    })),
    clearEnv: readFlag(table, 'clear-env'),
  };
}

/** What becomes the name of a folder must not lead elsewhere. */
const VERSION = /^(?!\.+$)[^/\s\0]+$/;

function readFolderName(table: TomlTable, key: string, rule: RegExp): string {
  const name = readName(table, key);
  if (!rule.test(name)) throw tomlFault(placeAt(table, key), `is "${name}"`, '');
  return name;
}

function readModuleLayer(table: TomlTable, id: string, version: string): ModuleLayer {
  if (!VERSION.test(version) || /^\.*$/.test(id)) throw tomlFault(table, 'is no name of a module', '');
  return {
    id,
    version,
    api: findString(table, 'api') ?? '',
    stacks: readStacks(table),
    targets: readTargets(table),
    ...(table.value.order !== undefined && { order: readGroups(table, 'order') }),
    layerDiffId: readName(table, 'layerDiffID'),
    homepage: findString(table, 'homepage'),
    name: findString(table, 'name'),
  };
}

function plainLayer({ api, stacks, targets, order, layerDiffId, homepage, name }: ModuleLayer): object {
  return {
    api,
    stacks: stacks.length > 0 ? stacks.map(plainStack) : undefined,
    targets: targets.length > 0 ? targets.map(plainTarget) : undefined,
    order: order && order.length > 0 ? plainGroups(order) : undefined,
    layerDiffID: layerDiffId,
    homepage: homepage || undefined,
    name: name || undefined,
  };
}

function plainStack({ id, mixins }: Stack): object {
  return { id, mixins: mixins.length > 0 ? mixins : undefined };
}

function plainTarget({ os = '', arch = '', variant, distros }: Target): object {
  return { os, arch, variant: variant || undefined, distros: distros.length > 0 ? distros : undefined };
}

/** By hand, for an object puts keys such as `10` before all others. */
function renderMap(keys: string[], render: (key: string) => string): string {
  return `{${keys.map((key) => `${renderJson(key)}:${render(key)}`).join(',')}}`;
}

function inByteOrder(keys: string[]): string[] {
  return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
