import { labelOptionInvalid } from './builder-faults.ts';

/** For `--label NAME=VALUE`, which may be repeated. Fault CLI_ARGUMENTS_INVALID. */
export function collectLabel(text: string, labels: Record<string, string> = {}): Record<string, string> {
  const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (!name) throw labelOptionInvalid(text);
  return { ...labels, [name]: value };
}
