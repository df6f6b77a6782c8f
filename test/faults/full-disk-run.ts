import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { BIN } from './run-program.ts';

/** Runs inside namespaces of its own, as their root: `unshare --user --map-root-user --mount`. Prints a `FullDiskResult`. */
export interface FullDiskJob {
  /** Cache that the build begins with. */
  from: string;
  /** Empty folder, on which a file system of limited size is mounted. */
  disk: string;
  /** Megabytes that are free on it when the build begins. */
  free: number;
  /** What lies on the limited file system; the other folder lies beside it. */
  full: 'cache' | 'data';
  args: string[];
  env: Record<string, string | undefined>;
}

export interface FullDiskRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Of a build on a disk with little room, and of the same one when there was enough. */
export interface FullDiskResult {
  full: FullDiskRun;
  roomy: FullDiskRun;
  verified: FullDiskRun;
}

const MEGABYTE = 1024 * 1024;

function main(job: FullDiskJob): FullDiskResult {
  const { from, disk, full, free, args } = job;
  const places = {
    cache: join(`${disk}-beside`, 'cache'),
    data: join(`${disk}-beside`, 'data'),
    [full]: join(disk, full),
  };
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1500m', 'tmpfs', disk]);
  for (const folder of Object.values(places)) mkdirSync(folder, { recursive: true });
  execFileSync('cp', ['-a', `${from}/.`, places.cache]);
  const env = { ...job.env, DEMA_CACHE: places.cache, XDG_DATA_HOME: places.data, TMPDIR: disk };
  const run = (words: string[]): FullDiskRun => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...words], { env, encoding: 'utf8' });
    return { code: status, stdout, stderr };
  };
  const filler = join(disk, 'filler');
  const { bavail, bsize } = statfsSync(disk);
  execFileSync('fallocate', ['-l', String(bavail * bsize - free * MEGABYTE), filler]);
  const first = run(args);
  rmSync(filler);
  return { full: first, roomy: run(args), verified: run(['cache', 'verify']) };
}

process.stdout.write(JSON.stringify(main(JSON.parse(process.argv[2] ?? ''))));
