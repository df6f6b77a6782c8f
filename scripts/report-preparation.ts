import { styleText } from 'node:util';
import type { BaseImageEvent } from '@dema/builders';
import type { FetchEvent } from '@dema/fetch';
import { writeEvent } from './json-events.ts';
import { createScreen } from './screen.ts';
import { durationText } from './size-text.ts';

const MAKING = 'making base images';

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

/** Prints a line when an image is begun and one when it is there; what is fetched meanwhile is the status. */
export function createPreparationReporter(stream: NodeJS.WriteStream, screen = createScreen(stream)): Preparation {
  const started = new Map<string, number>();
  const underWay = new Map<string, FetchEvent>();
  let isTold = false;
  let made = 0;
  let bytes = 0;
  return {
    onBaseImage(event) {
      if (event.type === 'package-superseded') {
        const { locked, taken } = event;
        screen.line(
          `  ${locked.name} ${locked.version} is gone from the mirror: taking ${taken.version} of the same line`,
        );
        return;
      }
      if (event.type === 'base-image-fetched') return;
      if (event.type === 'base-image-end') {
        made += 1;
        screen.status(made < started.size ? { text: MAKING } : undefined);
        const took = performance.now() - (started.get(event.image) ?? performance.now());
        screen.line(`  ${event.image} made in ${durationText(took)}`);
        return;
      }
      if (!isTold) screen.line(styleText('bold', 'Prepare', { stream }));
      isTold = true;
      started.set(event.image, performance.now());
      screen.line(`  ${event.image} from ${event.packages} packages of Debian 13`);
      screen.status({ text: MAKING });
    },
    onDownload(event) {
      if (event.type === 'download-end') underWay.delete(event.url);
      else underWay.set(event.url, event);
      if (event.type === 'download-end') bytes += event.bytes;
      const now = [...underWay.values()].reduce((sum, one) => sum + one.bytes, bytes);
      screen.status({ text: 'downloading packages', bytes: now });
    },
  };
}
