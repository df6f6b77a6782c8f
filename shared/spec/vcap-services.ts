import { hideSecret } from './binding-secrets.ts';
import type { Binding } from './bindings.ts';
import { bindingInvalid } from './faults.ts';

const USER_PROVIDED = 'user-provided';

type Fields = Record<string, unknown>;

/**
 * Bindings as Cloud Foundry gives them, a list for each service: the label is the type, the service the provider, the
 * credentials are the secrets, as JSON where they are no strings. A service that a user provides has its type in the
 * credential `type`, or in its first tag. The text is secret: no fault holds a part of it.
 */
export function parseVcapServices(text: string, source: string): Binding[] {
  const services = parseJson(text, source);
  return Object.entries(services)
    .flatMap(([service, instances]) => {
      if (!Array.isArray(instances))
        throw bindingInvalid(source, `has no list of instances for the service ${service}`);
      return instances.map((instance) => toBinding(isFields(instance) ? instance : {}, service, source));
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

function parseJson(text: string, source: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (isFields(value)) return value;
  } catch {}
  throw bindingInvalid(source, 'is no JSON object');
}

function toBinding(instance: Fields, service: string, source: string): Binding {
  const name = [instance.name, instance.binding_name, instance.instance_name].find(isText) ?? service;
  if (/[/\0]/.test(name) || name === '.' || name === '..') {
    throw bindingInvalid(source, `names a service ${JSON.stringify(name)}, which is a path`);
  }
  const label = isText(instance.label) ? instance.label : service;
  const credentials = isFields(instance.credentials) ? instance.credentials : {};
  const type = label === USER_PROVIDED ? (findOwnType(instance, credentials) ?? label) : label;
  const isSecret = (key: string) => label !== USER_PROVIDED || key !== 'type';
  const secrets = new Map(
    Object.entries(credentials)
      .filter(([key]) => isSecret(key))
      .map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
  const read = (key: string) => {
    const secret = secrets.get(key);
    return secret === undefined ? undefined : hideSecret(secret);
  };
  const keys = [...secrets.keys()].sort();
  return { name, type, provider: service, keys, text: read, value: (key) => read(key)?.trim(), file: () => undefined };
}

function findOwnType({ tags }: Fields, { type }: Fields): string | undefined {
  if (isText(type)) return type;
  return Array.isArray(tags) ? tags.find(isText) : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
