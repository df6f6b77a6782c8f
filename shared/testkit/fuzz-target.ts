/** How the inputs of a target are made: changed bytes for all; for JSON and TOML changed values, for tar headers with right checksums as well. */
export type FuzzFormat = 'bytes' | 'json' | 'toml' | 'tar';

/** One parser of data from outside, for `npm run test:faults`. */
export interface FuzzTarget {
  format?: FuzzFormat;
  /** Real inputs, which are changed; those without any sense are made besides. */
  seeds: (string | Uint8Array)[];
  /** Words of the format, which are put in between. */
  tokens?: string[];
  /** How many inputs; 1200 without it. */
  inputs?: number;
  /** The longest input in bytes; 128 KiB without it. */
  longest?: number;
  /** What is done to every second input before it is used, such as to compress it. */
  wrap?: (input: Buffer) => Uint8Array;
  /**
   * Must end in a value or throw a fault, and write nowhere but below `folder`, which is empty each time.
   * @param folder of this input alone
   */
  run(input: Buffer, folder: string): unknown;
}

export interface NamedFuzzTarget extends FuzzTarget {
  name: string;
}

const targets: NamedFuzzTarget[] = [];

/** Called by files `<name>.fuzz.ts`, which stand beside the parsers and are found by that name. */
export function fuzz(name: string, target: FuzzTarget): void {
  targets.push({ ...target, name });
}

/** Those of the files that were imported. */
export function listFuzzTargets(): readonly NamedFuzzTarget[] {
  return targets;
}
