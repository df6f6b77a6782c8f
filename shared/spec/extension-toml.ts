import { SUPPORTED_APIS, supportsApi } from './api.ts';
import { type ModuleInfo, readModuleInfo, readTargets, type Target } from './buildpack-toml.ts';
import { buildpackApiUnsupported } from './faults.ts';
import { placeAt, readFree, readName, readTable, tomlDocument, tomlFault } from './toml-place.ts';

/** `extension.toml` of an image extension. */
export interface ExtensionDescriptor {
  api: string;
  extension: ModuleInfo;
  /** As written; none stands for Linux when there is a `bin/detect` or `bin/generate`, else for any. */
  targets: Target[];
  metadata: Record<string, unknown>;
}

/** Image extensions came with Buildpack API 0.9. */
const SUPPORTED = SUPPORTED_APIS.buildpack.filter((api) => !['0.7', '0.8'].includes(api));

export function parseExtensionToml(text: string, file: string): ExtensionDescriptor {
  const document = tomlDocument(text, file);
  const api = readName(document, 'api');
  if (!supportsApi('buildpack', api) || ['0.7', '0.8'].includes(api)) {
    throw buildpackApiUnsupported({ file, api, supported: SUPPORTED });
  }
  for (const key of ['order', 'stacks']) {
    const place = placeAt(document, key);
    if (place.value !== undefined) throw tomlFault(place, 'is not part of an image extension', `remove \`${key}\``);
  }
  return {
    api,
    extension: readModuleInfo(readTable(document, 'extension')),
    targets: readTargets(document),
    metadata: readFree(document, 'metadata'),
  };
}
