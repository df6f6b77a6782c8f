import { stripVTControlCharacters } from 'node:util';
import { redact } from '@dema/errors';
import { sizeText } from './size-text.ts';

/** What is under way, and how much of it is done where that is known. */
export interface Status {
  text: string;
  bytes?: number;
  total?: number;
}

/** Lines that stay, and below them on a terminal one that says what is under way, how far it is, and for how long. */
export interface Screen {
  line(text: string): void;
  /** The time begins anew unless `text` is the same as before; undefined takes the line away. */
  status(status: Status | undefined): void;
}

export interface ScreenStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const TICK_MS = 120;
/** What is shorter is over before anybody wonders. */
const PATIENCE_MS = 400;
const BAR = 24;
const WIPE = '\r\x1b[K';

/** Anything but a terminal, and a terminal that cannot go back in a line, gets lines alone. */
export function createScreen(
  stream: ScreenStream,
  env: NodeJS.ProcessEnv = process.env,
  now: () => number = () => performance.now(),
): Screen {
  const isLive = Boolean(stream.isTTY) && env.TERM !== 'dumb';
  let current: (Status & { since: number }) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isDrawn = false;

  function wipe(): void {
    if (isDrawn) stream.write(WIPE);
    isDrawn = false;
  }
  function draw(): void {
    if (current === undefined || now() - current.since < PATIENCE_MS) return;
    stream.write(WIPE + renderStatus(current, now() - current.since, stream.columns || 80));
    isDrawn = true;
  }
  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    process.off('exit', wipe);
    wipe();
  }
  return {
    line(text) {
      wipe();
      stream.write(`${text}\n`);
      if (current) draw();
    },
    status(status) {
      if (!isLive) return;
      const since = status && status.text === current?.text ? current.since : now();
      current = status && { ...status, since };
      if (current === undefined) return stop();
      if (timer === undefined) {
        timer = setInterval(draw, TICK_MS).unref();
        process.on('exit', wipe);
      }
    },
  };
}

/** Never longer than the terminal is wide: what breaks into two lines cannot be taken back. */
function renderStatus({ text, bytes, total }: Status, ms: number, columns: number): string {
  const time = ` ${(ms / 1000).toFixed(0)} s`;
  const amount = bytes === undefined ? '' : total ? ` ${sizeText(bytes)} of ${sizeText(total)}` : ` ${sizeText(bytes)}`;
  const share = bytes !== undefined && total ? Math.min(1, bytes / total) : undefined;
  const done = Math.round((share ?? 0) * BAR);
  const bar = share === undefined ? '' : ` [${'#'.repeat(done)}${'.'.repeat(BAR - done)}]`;
  const rest = `${bar}${amount}${time}`;
  const plain = redact(stripVTControlCharacters(text)).replace(/\s+/g, ' ').trim();
  const room = Math.max(0, columns - rest.length - 3);
  return `  ${plain.length > room ? `${plain.slice(0, Math.max(0, room - 3))}...` : plain}${rest}`.slice(
    0,
    columns - 1,
  );
}
