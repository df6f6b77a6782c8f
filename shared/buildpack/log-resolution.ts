import type { Resolution } from '@dema/dependencies';
import { formatColumns, type Log } from './log.ts';

const SHOWN_VERSIONS = 12;

/** A line for what was decided. Where several had a say, also a table of who asked for what, by precedence, and what there is. */
export async function logResolution(resolution: Resolution, today: Date, log: Log): Promise<void> {
  const { dependency, winner, candidates, available, reason } = resolution;
  const { describeEndOfLife } = await import('@dema/dependencies');
  log.step(`${dependency.name} ${reason}`);
  if (candidates.filter(({ source }) => source !== 'the default').length > 1) {
    const rows = candidates.map(({ source, range, version = 'none' }, index) => {
      const decides = index === 0 && source === winner.source;
      return [source, range, `-> ${version}`, decides ? '<- decides' : ''];
    });
    for (const row of formatColumns(rows)) log.detail(row);
    const more = available.length > SHOWN_VERSIONS ? ', ...' : '';
    log.detail(`there is: ${available.slice(0, SHOWN_VERSIONS).join(', ')}${more}`);
  }
  const endOfLife = describeEndOfLife(dependency, today);
  if (endOfLife) log.warn(endOfLife);
}
