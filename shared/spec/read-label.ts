import { isFault } from '@dema/errors';
import { labelInvalid } from './faults.ts';
import type { TomlTable } from './toml-place.ts';

/** Labels of an image, and the name that a person gave to the image. */
export interface LabelledImage {
  labels: Readonly<Record<string, string>>;
  image: string;
}

/**
 * What a label holds as JSON, read as a document of TOML is: what is `null` is absent, as Go writes it. A list stands under the
 * key `value`. Without the label the document is empty. Fault SPEC_LABEL_INVALID names the label and the key.
 */
export function readLabel<T>({ labels, image }: LabelledImage, label: string, read: (document: TomlTable) => T): T {
  const value = parseJson(labels[label] ?? 'null', label, image) ?? {};
  const table = typeof value === 'object' && !Array.isArray(value) ? value : { value };
  try {
    return read({ file: label, text: '', path: [], value: table as Record<string, unknown> });
  } catch (error) {
    throw isFault(error, 'SPEC_VALUE_INVALID') ? labelInvalid(label, image, reasonOf(error.problem, label)) : error;
  }
}

function parseJson(text: string, label: string, image: string): unknown {
  try {
    return withoutNulls(JSON.parse(text));
  } catch (error) {
    throw labelInvalid(label, image, error instanceof RangeError ? 'it is nested too deeply' : 'it is not JSON');
  }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (typeof value !== 'object') return value;
  if (value === null) return undefined;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutNulls(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

function reasonOf(problem: string, label: string): string {
  return problem.startsWith(`${label}: `) ? problem.slice(label.length + 2) : problem;
}
