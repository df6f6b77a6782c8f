import { readBindingsFolder } from './bindings-folder.ts';
import { bindingAmbiguous } from './faults.ts';
import { parseVcapServices } from './vcap-services.ts';

/** What a platform gives a build or an app to reach a service with. */
export interface Binding {
  name: string;
  type: string;
  provider?: string;
  /** Names of the secrets, sorted. */
  keys: string[];
  /** A secret as it stands; undefined when there is none of this name. What was read is hidden from logs. */
  text(key: string): string | undefined;
  /** The same without white space around it. */
  value(key: string): string | undefined;
  /** Absolute path of the secret's file; undefined when there is none, or when the binding came in a variable. */
  file(key: string): string | undefined;
}

export interface Bindings {
  /** The one binding of this type. Fault SPEC_BINDING_AMBIGUOUS when there are several. */
  find(type: string, provider?: string): Binding | undefined;
  /** Every binding of this type, by name; upper and lower case are the same. */
  all(type: string, provider?: string): Binding[];
}

/** How bindings are read: by Node.js in a build, by another interpreter in a finished image. Paths are absolute. */
export interface BindingFiles {
  /** Names in a folder; none when there is no such folder. */
  list(folder: string): string[];
  /** Whether this is a folder, or a link to one. */
  isFolder(path: string): boolean;
  read(path: string): string;
}

export interface BindingsOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** The platform folder of a build; a finished image has none. */
  platformDir?: string;
  files: BindingFiles;
}

/**
 * The bindings of a build or of an app: below SERVICE_BINDING_ROOT, else below CNB_BINDINGS, else those of Cloud Foundry,
 * else below `<platform>/bindings`. They are looked at when the first is asked for. Fault SPEC_BINDING_INVALID.
 */
export function openBindings(options: BindingsOptions): Bindings {
  let known: Binding[] | undefined;
  function all(type: string, provider?: string): Binding[] {
    known ??= readBindings(options);
    return known.filter(
      (binding) => isSame(binding.type, type) && (provider === undefined || isSame(binding.provider ?? '', provider)),
    );
  }
  return {
    all,
    find(type, provider) {
      const [first, ...others] = all(type, provider);
      if (first && others.length > 0)
        throw bindingAmbiguous(
          type,
          [first, ...others].map(({ name }) => name),
        );
      return first;
    },
  };
}

function readBindings({ env, platformDir, files }: BindingsOptions): Binding[] {
  const root = env.SERVICE_BINDING_ROOT || env.CNB_BINDINGS;
  if (root) return readBindingsFolder(root, files);
  if (env.VCAP_SERVICES_FILE_PATH) {
    return parseVcapServices(files.read(env.VCAP_SERVICES_FILE_PATH), 'VCAP_SERVICES_FILE_PATH');
  }
  if (env.VCAP_SERVICES) return parseVcapServices(env.VCAP_SERVICES, 'VCAP_SERVICES');
  return platformDir ? readBindingsFolder(`${platformDir}/bindings`, files) : [];
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
