import { styleText } from 'node:util';
import type { BuildEvent, Phase, Verdict } from '@dema/engine';
import { redact } from '@dema/errors';
import { createScreen } from './screen.ts';
import { durationText, sizeText } from './size-text.ts';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';
type Paint = (style: Style, text: string) => string;

const HEADING: Record<Phase, string> = {
  analyze: 'Analyze',
  detect: 'Detect',
  restore: 'Restore',
  build: 'Build',
  export: 'Export',
};

/** Lines of our own buildpacks that say that something is over. */
const OVER = /^\s+(took |downloaded |layer \S+: (made in|reusing))/;

const WORK: Record<Phase, string> = {
  analyze: 'copying the app',
  detect: 'asking buildpacks',
  restore: 'bringing layers back',
  build: 'building',
  export: 'packing layers',
};

const VERDICT: Record<Verdict, { word: string; style: Style }> = {
  pass: { word: 'yes', style: 'green' },
  fail: { word: 'no', style: 'dim' },
  error: { word: 'error', style: 'red' },
  unmet: { word: 'unused', style: 'yellow' },
};

const OUTCOME: Record<'reused' | 'changed' | 'made' | 'dropped', Style> = {
  reused: 'dim',
  changed: 'yellow',
  made: 'green',
  dropped: 'yellow',
};

const UNCHANGED = 'app, builder and settings are those of the last build; --clear-cache builds it anew';

/** Prints the events of a build as lines for people, on standard error; what is under way is the status. */
export function createBuildReporter(
  stream: NodeJS.WriteStream,
  screen = createScreen(stream),
): (event: BuildEvent) => void {
  const paint: Paint = (style, text) => styleText(style, text, { stream });
  const took: string[] = [];
  return (event) => {
    if (event.type === 'phase-end') took.push(`${event.phase} ${durationText(event.durationMs)}`);
    const lines = linesOf(event, paint);
    if (event.type === 'image-written' && took.length > 0) lines.push(`  ${paint('dim', took.join(', '))}`);
    for (const line of lines) screen.line(redact(line));
    const status = statusOf(event);
    if (status !== undefined) screen.status(status ? { text: status } : undefined);
  };
}

/** What goes on after an event: empty for nothing any more, undefined for the same as before. */
function statusOf(event: BuildEvent): string | undefined {
  switch (event.type) {
    case 'phase-start':
      return WORK[event.phase];
    case 'phase-end':
      return '';
    case 'buildpack-output':
      return OVER.test(event.line) ? event.buildpack : event.line.trim() || undefined;
    default:
      return undefined;
  }
}

function linesOf(event: BuildEvent, paint: Paint): string[] {
  switch (event.type) {
    case 'phase-start':
      return [paint('bold', HEADING[event.phase])];
    case 'app-file-left-out':
      return [
        `  ${paint('yellow', 'warning')}: ${event.path} is no file, folder or link, and is left out of the image`,
      ];
    case 'previous-image':
      if (event.digest) return [`  previous image ${shortDigest(event.digest)}`];
      return [`  no previous image${event.problem ? `: ${paint('yellow', event.problem)}` : ''}`];
    case 'detected': {
      const { word, style } = VERDICT[event.verdict];
      return [`  ${event.buildpack} ${event.version}  ${paint(style, word)}: ${event.reason}`];
    }
    case 'plan-settled':
      return [`  ${paint('dim', `plan: ${event.names.join(', ') || 'nothing is required'}`)}`];
    case 'setting-unknown': {
      const { name, nearest, buildpack } = event;
      return [`  ${paint('yellow', 'warning')}: nothing reads ${name}; did you mean ${nearest} of ${buildpack}?`];
    }
    case 'layer-restored':
      return [`  ${event.buildpack}:${event.layer}${event.contents ? '' : paint('dim', ' (metadata only)')}`];
    case 'layer-not-restored':
      return [`  ${event.buildpack}:${event.layer}  ${paint('yellow', 'left out')}: ${event.reason}`];
    case 'buildpack-start':
      return [`  ${event.buildpack} ${event.version}`];
    case 'buildpack-output':
      return [event.line === '' ? '' : `  ${event.line}`];
    case 'buildpack-warning':
      return [`  ${paint('yellow', 'warning')}: ${event.buildpack}: ${event.text}`];
    case 'layer-outcome':
      return [`  ${event.buildpack}:${event.layer}  ${paint(OUTCOME[event.outcome], event.outcome)}: ${event.reason}`];
    case 'layer-exported':
      return [`  ${layerLine(event.name, event.size)}${event.reused ? paint('dim', '  unchanged') : ''}`];
    case 'image-unchanged':
      return [paint('bold', 'Unchanged'), `  ${paint('dim', UNCHANGED)}`];
    case 'image-written':
      return imageLines(event, paint);
    default:
      return [];
  }
}

function imageLines(
  { reference, digest, size, processes, defaultProcess }: Extract<BuildEvent, { type: 'image-written' }>,
  paint: Paint,
): string[] {
  return [
    `${paint('bold', 'Image')} ${reference}`,
    `  ${digest}`,
    `  ${sizeText(size)} compressed, starts ${startText(processes, defaultProcess)}`,
  ];
}

function startText(processes: string[], defaultProcess: string | undefined): string {
  if (processes.length === 0) return 'nothing: no buildpack gave it a process';
  return processes.map((type) => (type === defaultProcess ? `${type} (default)` : type)).join(', ');
}

function layerLine(name: string, size: number): string {
  return `${name.padEnd(36)} ${sizeText(size).padStart(9)}`;
}

function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
