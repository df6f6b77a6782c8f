import { type Fault, fault } from '@dema/errors';
import { EXIT } from './exit.ts';

export interface SyntaxError {
  file: string;
  line?: number;
  column?: number;
  reason: string;
}

export function tomlSyntaxInvalid({ file, line, column, reason }: SyntaxError): Fault {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return fault('SPEC_TOML_INVALID', {
    problem: `${place}: not valid TOML: ${reason}`,
    fix: `correct ${file}${line === undefined ? '' : ` at line ${line}`}; TOML 1.0 is described at https://toml.io`,
    blame: 'user',
  });
}

export interface ValueError {
  file: string;
  line?: number;
  /** The key as it would be written, such as `processes[1].type`. */
  key: string;
  /** What is wrong, as a clause after the key: `must be a string, but is 5`. */
  reason: string;
  fix: string;
}

export function valueInvalid({ file, line, key, reason, fix }: ValueError): Fault {
  const place = line === undefined ? file : `${file}:${line}`;
  return fault('SPEC_VALUE_INVALID', { problem: `${place}: \`${key}\` ${reason}`, fix, blame: 'user' });
}

export interface ApiError {
  file: string;
  api: string;
  supported: readonly string[];
}

export function buildpackApiUnsupported({ file, api, supported }: ApiError): Fault {
  return fault('SPEC_BUILDPACK_API_UNSUPPORTED', {
    problem: `${file} declares Buildpack API ${api}, which is not supported`,
    fix: `use a version of the buildpack for one of the Buildpack APIs ${supported.join(', ')}`,
    blame: 'user',
    exitCode: EXIT.buildpackApi,
  });
}

/** `place` is a folder or a variable. */
export function bindingInvalid(place: string, reason: string): Fault {
  return fault('SPEC_BINDING_INVALID', {
    problem: `The service binding ${place} ${reason}.`,
    fix: 'Give a folder for each binding with a file `type` and a file for each secret, as servicebinding.io describes it, or VCAP_SERVICES as Cloud Foundry sets it.',
    blame: 'user',
  });
}

export function bindingAmbiguous(type: string, names: string[]): Fault {
  return fault('SPEC_BINDING_AMBIGUOUS', {
    problem: `There are ${names.length} service bindings of type ${type}: ${names.join(', ')}. Only one can be used.`,
    fix: 'Leave one of them, and take the others away from this build or app.',
    blame: 'user',
  });
}

/** Of a variable that a user may set. */
export function settingInvalid(name: string, value: string, expected: string): Fault {
  return fault('SETTING_VALUE_INVALID', {
    problem: `${name} is ${JSON.stringify(value)}, which is not ${expected}.`,
    fix: `Set ${name} to ${expected}, or unset it.`,
    blame: 'user',
  });
}

/** `image` is the name that a person gave. */
export function labelInvalid(label: string, image: string, reason: string): Fault {
  return fault('SPEC_LABEL_INVALID', {
    problem: `The label ${label} of ${image} cannot be read: ${reason}.`,
    fix: 'Make the image anew with the tool that wrote it, or name another one.',
    blame: 'user',
  });
}
