import {
  appendLayers,
  createLayer,
  emptyImage,
  type Image,
  openRegistryConnections,
  parseRegistryName,
  pushImage,
  type RegistryConnections,
  setEnv,
  setLabels,
} from '@dema/oci';
import { BASE_METADATA_LABEL, renderBaseMetadata } from '@dema/spec';
import type { Store } from '@dema/store';

/** Run images and app images as an operator's registry has them, small, but with all that a rebase looks at. */
export interface AppRegistry {
  /** Name of the run image, which all apps know. */
  runImage: string;
  /** A run image of a version of these packages, with a layer of its own. */
  makeRunImage(packages: Record<string, string>, architecture?: string): Promise<Image>;
  makeApp(
    name: string,
    runImage: Image,
    more?: { runImageName?: string; labels?: Record<string, string> },
  ): Promise<Image>;
  push(name: string, image: Image): Promise<string>;
  connections: RegistryConnections;
  close(): Promise<void>;
}

const DISTRO = { 'io.buildpacks.base.distro.name': 'debian', 'io.buildpacks.base.distro.version': '13' };

export function openAppRegistry(store: Store, host: string, env: NodeJS.ProcessEnv = {}): AppRegistry {
  const connections = openRegistryConnections({ env });
  const runImage = `${host}/base/run:trixie`;
  const layerOf = (path: string, content: string, createdBy: string) => {
    const bytes = Buffer.from(content);
    const entry = { path, type: 'file' as const, mode: 0o644, uid: 0, gid: 0, size: bytes.length };
    return createLayer(store, [{ ...entry, body: () => [bytes] }], { createdBy });
  };
  return {
    runImage,
    connections,
    async makeRunImage(packages, architecture = 'amd64') {
      const empty = emptyImage({ os: 'linux', architecture });
      const label = renderBaseMetadata(Object.entries(packages).map(([name, version]) => ({ name, version })));
      const image = appendLayers(empty, [await layerOf('/base', `${label} ${architecture}`, 'base')]);
      return setLabels(image, { ...DISTRO, [BASE_METADATA_LABEL]: label });
    },
    async makeApp(name, base, { runImageName = runImage, labels = {} } = {}) {
      const image = appendLayers(base, [await layerOf('/workspace/app', name, 'app')]);
      const topLayer = base.config.rootfs.diff_ids.at(-1);
      const metadata = {
        app: [],
        buildpacks: [],
        runImage: { topLayer, reference: `${runImageName}@sha256:0`, image: runImageName },
      };
      const label = { 'io.buildpacks.lifecycle.metadata': JSON.stringify(metadata), ...labels };
      return setLabels(setEnv(image, 'CNB_PLATFORM_API', '0.15'), label);
    },
    async push(name, image) {
      const target = parseRegistryName(`${host}/${name}`);
      return (await pushImage(target, image, { env, connections, mountFrom: ['base/run'] })).digest;
    },
    close: () => connections.close(),
  };
}
