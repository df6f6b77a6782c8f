import type { Digest } from '@dema/store';
import { withPhaseExit } from './phase-exit.ts';

export type Phase = 'analyze' | 'detect' | 'restore' | 'build' | 'export';

/** What a buildpack said of the app: `fail` is a no with a reason, `error` a detect that broke, `unmet` a yes that the plan had no use for. */
export type Verdict = 'pass' | 'fail' | 'error' | 'unmet';

/** Everything that a build tells while it runs, in order. Reporters print it; with `--json` each is one line. */
export type BuildEvent =
  | { type: 'phase-start'; phase: Phase }
  | { type: 'phase-end'; phase: Phase; durationMs: number }
  /** A socket, pipe or device of the app, relative to its folder. */
  | { type: 'app-file-left-out'; path: string }
  /** `problem` says why the one that is there cannot be used. */
  | { type: 'previous-image'; digest?: Digest; problem?: string }
  | { type: 'detected'; buildpack: string; version: string; verdict: Verdict; reason: string }
  | { type: 'plan-settled'; group: { id: string; version: string }[]; names: string[] }
  /** A variable that looks like a setting of the group and is none; `nearest` is one that `buildpack` has. */
  | { type: 'setting-unknown'; name: string; nearest: string; buildpack: string }
  | { type: 'layer-restored'; buildpack: string; layer: string; contents: boolean }
  | { type: 'layer-not-restored'; buildpack: string; layer: string; reason: string }
  | { type: 'buildpack-start'; buildpack: string; version: string }
  | { type: 'buildpack-output'; buildpack: string; line: string }
  | {
      type: 'dependency-resolved';
      buildpack: string;
      dependency: string;
      name: string;
      version: string;
      architecture?: string;
      purl: string;
    }
  | { type: 'buildpack-end'; buildpack: string; durationMs: number }
  /** Something that a buildpack left which has no effect, or one that nobody may have meant. */
  | { type: 'buildpack-warning'; buildpack: string; text: string }
  /** What became of a layer of a buildpack that does not say so itself. */
  | {
      type: 'layer-outcome';
      buildpack: string;
      layer: string;
      outcome: 'reused' | 'changed' | 'made' | 'dropped';
      reason: string;
    }
  /** A layer stands in the store as a plain archive. */
  | { type: 'layer-written'; name: string; diffId: Digest }
  /** It stands there as registries take it; `size` is that of the blob `digest`. */
  | { type: 'layer-compressed'; name: string; diffId: Digest; digest: Digest; size: number }
  /** The image has its name; what the next build needs is still to be kept. */
  | { type: 'image-named'; reference: string; digest: Digest }
  | { type: 'layer-exported'; name: string; diffId: Digest; size: number; reused: boolean }
  /** The image under this name was made of all that the build would make it of, so that no phase of it runs. */
  | { type: 'image-unchanged'; reference: string; digest: Digest }
  | {
      type: 'image-written';
      reference: string;
      digest: Digest;
      /** Bytes of all layers, compressed. */
      size: number;
      processes: string[];
      defaultProcess?: string;
    };

export type OnBuildEvent = (event: BuildEvent) => void;

const WARNINGS: ReadonlySet<BuildEvent['type']> = new Set([
  'app-file-left-out',
  'setting-unknown',
  'buildpack-warning',
]);

/** Notes whether the engine itself had something to warn of. */
export function watchWarnings(onEvent: OnBuildEvent): { onEvent: OnBuildEvent; wereGiven(): boolean } {
  let wereGiven = false;
  return {
    onEvent(event) {
      wereGiven ||= WARNINGS.has(event.type);
      onEvent(event);
    },
    wereGiven: () => wereGiven,
  };
}

/** Runs one phase between its two events; not any more when the build was stopped. */
export async function withPhase<T>(
  phase: Phase,
  { onEvent, signal }: { onEvent: OnBuildEvent; signal?: AbortSignal },
  run: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const start = performance.now();
  onEvent({ type: 'phase-start', phase });
  const result = await run().catch((error) => {
    throw withPhaseExit(phase, error);
  });
  signal?.throwIfAborted();
  onEvent({ type: 'phase-end', phase, durationMs: performance.now() - start });
  return result;
}
