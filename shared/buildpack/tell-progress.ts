import { writeFileSync } from 'node:fs';
import type { FetchEvent } from '@dema/fetch';

const INTERVAL_MS = 150;

/** Says in a file how far downloads have come, for a platform that shows it; without a file it says nothing. */
export function createProgressTeller(file: string | undefined): (event: FetchEvent) => void {
  const underWay = new Map<string, FetchEvent>();
  let last = 0;
  return (event) => {
    if (!file) return;
    if (event.type === 'download-end') underWay.delete(event.what);
    else underWay.set(event.what, event);
    if (event.type === 'download-progress' && performance.now() - last < INTERVAL_MS) return;
    last = performance.now();
    const [first] = underWay.values();
    const shown = first && { what: first.what, bytes: first.bytes, total: first.total };
    try {
      writeFileSync(file, shown ? JSON.stringify(shown) : '');
    } catch {
      // The build does not depend on it.
    }
  };
}
