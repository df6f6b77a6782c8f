/** What the launcher uses of QuickJS. Calls that can fail give a negative errno instead of throwing. */
declare module 'qjs:os' {
  export interface Stat {
    mode: number;
  }
  export interface ExecOptions {
    block?: boolean;
    usePath?: boolean;
    cwd?: string;
    stdin?: number;
    stdout?: number;
    stderr?: number;
    env?: Record<string, string>;
  }
  export const S_IFMT: number;
  export const S_IFDIR: number;
  export function chdir(path: string): number;
  export function close(descriptor: number): number;
  export function exec(args: string[], options: ExecOptions): number;
  export function lstat(path: string): [stat: Stat | null, errno: number];
  export function pipe(): [read: number, write: number] | null;
  export function readdir(path: string): [names: string[], errno: number];
  export function stat(path: string): [stat: Stat | null, errno: number];
  export function waitpid(pid: number, options: number): [pid: number, status: number];
}

declare module 'qjs:std' {
  export interface StdFile {
    close(): number;
    flush(): void;
    puts(text: string): void;
    read(buffer: ArrayBuffer, position: number, length: number): number;
    write(buffer: ArrayBuffer, position: number, length: number): number;
  }
  const stdin: StdFile;

  export { stdin as in };
  export const out: StdFile;
  export const err: StdFile;
  export function exit(code: number): never;
  export function fdopen(descriptor: number, flags: string): StdFile;
  export function open(path: string, flags: string): StdFile | null;
  export function strerror(errno: number): string;
}

/** The path of the script, then its arguments. */
declare const scriptArgs: string[];
