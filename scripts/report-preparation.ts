import { styleText } from 'node:util';
import type { BaseImageEvent } from '@dema/builders';
import type { FetchEvent } from '@dema/fetch';
import { writeEvent } from './json-events.ts';
import { durationText, sizeText } from './size-text.ts';

/** What happens before a build, the first time and after an update: base images are assembled out of Debian packages. */
export interface Preparation {
  onBaseImage: (event: BaseImageEvent) => void;
  onDownload: (event: FetchEvent) => void;
}

/** As events, of downloads their ends. */
export const JSON_PREPARATION: Preparation = {
  onBaseImage: writeEvent,
  onDownload({ type, what, bytes }) {
    if (type === 'download-end') writeEvent({ type, what, bytes } as { type: string });
  },
};

/** Prints a line when an image is begun and one when it is there; on a terminal the bytes fetched so far stand between them. */
export function createPreparationReporter(stream: NodeJS.WriteStream): Preparation {
  const started = new Map<string, number>();
  const page = createPage(stream);
  let isTold = false;
  let bytes = 0;
  return {
    onBaseImage(event) {
      if (event.type === 'package-superseded') {
        const { locked, taken } = event;
        page.line(
          `  ${locked.name} ${locked.version} is gone from the mirror: taking ${taken.version} of the same line`,
        );
        return;
      }
      if (event.type === 'base-image-end') {
        const took = performance.now() - (started.get(event.image) ?? performance.now());
        page.line(`  ${event.image} made in ${durationText(took)}`);
        return;
      }
      if (!isTold) page.line(styleText('bold', 'Prepare', { stream }));
      isTold = true;
      started.set(event.image, performance.now());
      page.line(`  ${event.image} from ${event.packages} packages of Debian 13`);
    },
    onDownload(event) {
      if (event.type !== 'download-end') return;
      bytes += event.bytes;
      page.status(`  downloaded ${sizeText(bytes)}`);
    },
  };
}

/** A line that is written over until the next real one, where that is possible. */
function createPage(stream: NodeJS.WriteStream): { line: (text: string) => void; status: (text: string) => void } {
  let hasStatus = false;
  const wipe = () => {
    if (hasStatus) stream.write('\r\x1b[K');
    hasStatus = false;
  };
  return {
    line(text) {
      wipe();
      stream.write(`${text}\n`);
    },
    status(text) {
      if (!stream.isTTY) return;
      wipe();
      stream.write(text);
      hasStatus = true;
    },
  };
}
