import { styleText } from 'node:util';
import type { BaseImageEvent } from '@dema/builders';
import { counted } from '@dema/errors';
import type { FetchEvent } from '@dema/fetch';
import { writeEvent } from './json-events.ts';
import { createScreen, type Screen } from './screen.ts';
import { durationText, sizeText } from './size-text.ts';

const MAKING = 'making base images';

/** The file system of a builder image, or of a build image, is put together, and fetched where it is not here; `size` is compressed. */
export type BuilderImageEvent =
  | { type: 'builder-image-start'; image: string; layers: number; size: number }
  | { type: 'builder-image-end'; image: string };

/** What happens before a build, the first time and after an update: base images are assembled out of Debian packages. */
export interface Preparation {
  onBuilderImage: (event: BuilderImageEvent) => void;
  onBaseImage: (event: BaseImageEvent) => void;
  onDownload: (event: FetchEvent) => void;
}

/** As events, of downloads their ends. */
export const JSON_PREPARATION: Preparation = {
  onBuilderImage: writeEvent,
  onBaseImage: writeEvent,
  onDownload({ type, what, bytes }) {
    if (type === 'download-end') writeEvent({ type, what, bytes } as { type: string });
  },
};

/** Prints a line when an image is begun and one when it is there; what is fetched meanwhile is the status. */
export function createPreparationReporter(stream: NodeJS.WriteStream, screen = createScreen(stream)): Preparation {
  const work = createWorkLines(stream, screen);
  const underWay = new Map<string, FetchEvent>();
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
        work.end(event.image, 'made');
        return;
      }
      work.begin(event.image, `${event.image} from ${counted(event.packages, 'package')} of Debian 13`, MAKING);
    },
    onBuilderImage(event) {
      if (event.type === 'builder-image-start') {
        const { image, layers, size } = event;
        work.begin(image, `${image}, ${counted(layers, 'layer')}, ${sizeText(size)}`, 'unpacking the image');
        return;
      }
      work.end(event.image, 'unpacked');
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

/** A line for each work that is begun, one when it is done, and the latest as the status for as long as one is under way. */
function createWorkLines(stream: NodeJS.WriteStream, screen: Screen) {
  const started = new Map<string, { at: number; status: string }>();
  let isTold = false;
  return {
    begin(name: string, line: string, status: string): void {
      if (!isTold) screen.line(styleText('bold', 'Prepare', { stream }));
      isTold = true;
      started.set(name, { at: performance.now(), status });
      screen.line(`  ${line}`);
      screen.status({ text: status });
    },
    end(name: string, done: string): void {
      const { at } = started.get(name) ?? { at: performance.now() };
      started.delete(name);
      const [next] = started.values();
      screen.status(next && { text: next.status });
      screen.line(`  ${name} ${done} in ${durationText(performance.now() - at)}`);
    },
  };
}
