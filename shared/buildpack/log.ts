/** What people read while a buildpack builds: steps, and under them what was found, chosen and done. */
export interface Log {
  /** One thing that the build does, such as "Node.js 24.21.0". */
  step(text: string): void;
  /** A line about the step above it. */
  detail(text: string): void;
  /** A line of a program that runs. */
  output(text: string): void;
  /** Something that the app's developer may want to change. */
  warn(text: string): void;
}

/** @param onWarning told of every warning */
export function createLog(print: (line: string) => void, onWarning: () => void = () => undefined): Log {
  return {
    step: (text) => print(`  ${text}`),
    detail: (text) => print(`    ${text}`),
    output: (text) => print(`      ${text}`),
    warn(text) {
      onWarning();
      print(`    warning: ${text}`);
    },
  };
}

/** `840 ms`, `1.2 s`, `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** `512 bytes`, `3.4 kB`, `45.1 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Rows whose cells stand under each other, two spaces between the columns. */
export function formatColumns(rows: string[][]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
