import { hideSecret } from './binding-secrets.ts';
import type { Binding, BindingFiles } from './bindings.ts';
import { bindingInvalid } from './faults.ts';

/**
 * The bindings below a folder, a folder each: `type`, `provider` and a file for each secret (servicebinding.io, "Workload
 * Projection"), or `metadata/kind`, `metadata/provider` and `secret/<key>` (the former extension of the CNB
 * specification). Kubernetes keeps the files in folders whose names begin with two dots and links to them.
 */
export function readBindingsFolder(root: string, files: BindingFiles): Binding[] {
  const names = files.list(root).filter((name) => !name.startsWith('.') && files.isFolder(`${root}/${name}`));
  return names.sort().flatMap((name) => readBinding(`${root}/${name}`, name, files) ?? []);
}

interface BindingPlaces {
  /** Folder with the files of the binding's own fields, and the name of the one that says its type. */
  fields: string;
  type: string;
  secrets: string;
}

function readBinding(folder: string, name: string, files: BindingFiles): Binding | undefined {
  if (files.list(folder).length === 0) return undefined;
  const isFormer = files.isFolder(`${folder}/metadata`);
  const places: BindingPlaces = isFormer
    ? { fields: `${folder}/metadata`, type: 'kind', secrets: `${folder}/secret` }
    : { fields: folder, type: 'type', secrets: folder };
  const fields = listFiles(places.fields, files);
  const read = (field: string) => (fields.includes(field) ? files.read(`${places.fields}/${field}`).trim() : undefined);
  const type = read(places.type);
  if (!type) throw bindingInvalid(folder, `has no file ${isFormer ? 'metadata/kind' : 'type'} that says its type`);
  const keys = listFiles(places.secrets, files).filter((key) => isFormer || (key !== 'type' && key !== 'provider'));
  const file = (key: string) => (keys.includes(key) ? `${places.secrets}/${key}` : undefined);
  const text = (key: string) => {
    const path = file(key);
    return path === undefined ? undefined : hideSecret(files.read(path));
  };
  return { name, type, provider: read('provider'), keys, file, text, value: (key) => text(key)?.trim() };
}

function listFiles(folder: string, files: BindingFiles): string[] {
  const names = files.list(folder).filter((name) => !name.startsWith('..'));
  return names.filter((name) => !files.isFolder(`${folder}/${name}`)).sort();
}
