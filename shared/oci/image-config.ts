import { renderJson, sortKeys } from '@dema/spec';
import type { Digest } from '@dema/store';
import { orderFields } from './order-fields.ts';

/** How to start a container of the image; the names are those of Docker and of the OCI image specification. */
export interface ContainerConfig {
  Cmd?: string[];
  Domainname?: string;
  Entrypoint?: string[];
  Env?: string[];
  ExposedPorts?: Record<string, Record<string, never>>;
  Healthcheck?: { Test?: string[]; Interval?: number; Timeout?: number; StartPeriod?: number; Retries?: number };
  Hostname?: string;
  Labels?: Record<string, string>;
  OnBuild?: string[];
  Shell?: string[];
  StopSignal?: string;
  User?: string;
  Volumes?: Record<string, Record<string, never>>;
  WorkingDir?: string;
}

export interface HistoryEntry {
  author?: string;
  created?: string;
  created_by?: string;
  comment?: string;
  empty_layer?: boolean;
}

export interface ImageConfig {
  architecture: string;
  os: string;
  'os.version'?: string;
  'os.features'?: string[];
  variant?: string;
  author?: string;
  /** RFC 3339. */
  created?: string;
  config?: ContainerConfig;
  /** The layers' diffIDs, the lowest first. */
  rootfs: { type: 'layers'; diff_ids: Digest[] };
  history?: HistoryEntry[];
}

const NO_TIME = '0001-01-01T00:00:00Z';
const FIELDS =
  'architecture author container created docker_version history os rootfs config os.version variant os.features'.split(
    ' ',
  );
const REQUIRED = ['architecture', 'created', 'os', 'rootfs', 'config'];
const CONTAINER_FIELDS =
  'AttachStderr AttachStdin AttachStdout Cmd Healthcheck Domainname Entrypoint Env Hostname Image Labels OnBuild OpenStdin StdinOnce Tty User Volumes WorkingDir ExposedPorts ArgsEscaped NetworkDisabled MacAddress StopSignal Shell'.split(
    ' ',
  );
const HISTORY_FIELDS = ['author', 'created', 'created_by', 'comment', 'empty_layer'];

/** The configuration as go-containerregistry, and so lifecycle and pack, write it: its digest depends on the order of fields. */
export function renderImageConfig(image: ImageConfig): string {
  const { config = {}, rootfs, history = [], created = NO_TIME } = image;
  const ordered = {
    ...image,
    created,
    history: history.map((entry) => orderFields({ ...entry, created: entry.created ?? NO_TIME }, HISTORY_FIELDS)),
    rootfs: { type: rootfs.type, diff_ids: rootfs.diff_ids },
    config: orderContainer(config),
  };
  return renderJson(orderFields(ordered, FIELDS, REQUIRED));
}

function orderContainer(config: ContainerConfig): Record<string, unknown> {
  const { Healthcheck, Labels = {}, Volumes = {}, ExposedPorts = {} } = config;
  const maps = { Labels: sortKeys(Labels), Volumes: sortKeys(Volumes), ExposedPorts: sortKeys(ExposedPorts) };
  const health = Healthcheck && orderFields(Healthcheck, ['Test', 'Interval', 'Timeout', 'StartPeriod', 'Retries']);
  return orderFields({ ...config, ...maps, Healthcheck: health }, CONTAINER_FIELDS);
}
