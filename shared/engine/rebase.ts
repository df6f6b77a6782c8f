import { findEnv, type Image, isSameReference, rebaseLayers, setLabels } from '@dema/oci';
import { apiAtLeast, renderJson, sortKeys } from '@dema/spec';
import { baseLayersUnknown, imageNotAnApp, rebaseRefused } from './faults.ts';
import { findLifecycleMetadata, LIFECYCLE_LABEL, type LifecycleMetadata } from './lifecycle-metadata.ts';

export interface NewRunImage {
  image: Image;
  /** Its name, such as `dema/run-base:trixie`. */
  reference: string;
  /** With its digest, such as `dema/run-base@sha256:...`. */
  pinned: string;
}

export interface RebaseOptions {
  /** Rebases though the two images do not say that they fit. */
  force?: boolean;
}

const REBASABLE_LABEL = 'io.buildpacks.rebasable';
const STACK_LABEL = 'io.buildpacks.stack.id';
const MIXINS_LABEL = 'io.buildpacks.stack.mixins';
const DISTRO_LABELS = ['io.buildpacks.base.distro.name', 'io.buildpacks.base.distro.version'];
/** From here on images are compared by their targets, and the run image by its name, instead of by stacks. */
const TARGETS_SINCE = '0.12';

/**
 * The app image on another run image: layers of the old one are replaced, nothing is built (Platform specification,
 * "Rebase"). Environment and user stay those of the app image, as with the lifecycle.
 * Faults: ENGINE_IMAGE_NOT_AN_APP, ENGINE_BASE_LAYERS_UNKNOWN, ENGINE_REBASE_REFUSED.
 */
export function rebaseImage(app: Image, runImage: NewRunImage, { force = false }: RebaseOptions = {}): Image {
  const metadata = readAppMetadata(app);
  const names = [metadata.runImage.image, ...(metadata.runImage.mirrors ?? [])].filter((name) => name !== undefined);
  const isNamed = names.some((name) => isSameReference(name, runImage.reference));
  const reasons = [...whyNotFitting(app, runImage.image), ...(isNamed ? [] : [otherName(runImage.reference, names)])];
  if (!force && reasons.length > 0) throw rebaseRefused(reasons);
  const count = app.config.rootfs.diff_ids.indexOf(metadata.runImage.topLayer as never) + 1;
  if (count === 0) throw baseLayersUnknown();
  return withBaseLabels(rebaseLayers(app, count, runImage.image), runImage, isNamed);
}

/** What the label of an app image says. Fault: ENGINE_IMAGE_NOT_AN_APP for any other image. */
export function readAppMetadata(app: Image): LifecycleMetadata {
  const metadata = findLifecycleMetadata(app);
  if (!metadata) throw imageNotAnApp();
  return metadata;
}

function otherName(reference: string, names: string[]): string {
  return `the run image is called ${reference}, and the app image knows it as ${names.join(' or ') || 'nothing'}`;
}

function whyNotFitting(app: Image, base: Image): string[] {
  const api = findEnv(app, 'CNB_PLATFORM_API');
  if (api === undefined || !apiAtLeast(api, TARGETS_SINCE)) return whyNotOfOneStack(app, base);
  const [ours, theirs] = [labelsOf(app), labelsOf(base)];
  const reasons: string[] = [];
  if (ours[REBASABLE_LABEL] === 'false') reasons.push('the app image says that it cannot be rebased');
  for (const field of ['os', 'architecture'] as const) {
    if (app.config[field] !== base.config[field]) {
      reasons.push(`its ${field} is ${app.config[field]}, that of the run image ${base.config[field]}`);
    }
  }
  const variants = [app.config.variant, base.config.variant];
  if (variants[0] && variants[1] && variants[0] !== variants[1]) {
    reasons.push(`its variant is ${variants[0]}, that of the run image ${variants[1]}`);
  }
  const differing = DISTRO_LABELS.filter((label) => theirs[label] && ours[label] !== theirs[label]);
  for (const label of differing) {
    reasons.push(`its ${label} is ${ours[label] ?? 'not said'}, that of the run image ${theirs[label]}`);
  }
  return reasons;
}

function whyNotOfOneStack(app: Image, base: Image): string[] {
  const [ours, theirs] = [labelsOf(app), labelsOf(base)];
  const stack = ours[STACK_LABEL];
  if (!stack || stack !== theirs[STACK_LABEL]) {
    return [`its stack is ${stack ?? 'not said'}, that of the run image ${theirs[STACK_LABEL] ?? 'not said'}`];
  }
  const missing = mixinsOf(ours).filter((mixin) => !mixinsOf(theirs).includes(mixin));
  return missing.length > 0 ? [`the run image lacks the mixins ${missing.join(', ')}`] : [];
}

/** Without the stage, `run:` or `build:`, that a mixin may be for. */
function mixinsOf(labels: Record<string, string>): string[] {
  try {
    const mixins: unknown = JSON.parse(labels[MIXINS_LABEL] ?? '[]');
    const names = Array.isArray(mixins) ? mixins.filter((mixin) => typeof mixin === 'string') : [];
    return names.filter((mixin) => !mixin.startsWith('build:')).map((mixin) => mixin.replace(/^run:/, ''));
  } catch {
    return [];
  }
}

function labelsOf({ config }: Image): Record<string, string> {
  return config.config?.Labels ?? {};
}

/** Labels about the base are the new one's; what else the label of the lifecycle says stays as it was written. */
function withBaseLabels(image: Image, { image: base, reference, pinned }: NewRunImage, isNamed: boolean): Image {
  const isOfBase = (name: string) => /^io\.buildpacks\.(base|stack)\./.test(name);
  const labels = Object.entries(labelsOf(image)).filter(([name]) => !isOfBase(name));
  const ofBase = Object.entries(labelsOf(base)).filter(([name]) => isOfBase(name));
  const written = JSON.parse(labelsOf(image)[LIFECYCLE_LABEL] ?? '{}');
  const { buildpacks: all } = written;
  const buildpacks = Array.isArray(all) && {
    buildpacks: all.map((one) => (isTable(one) ? withSortedTables(one) : one)),
  };
  const topLayer = base.config.rootfs.diff_ids.at(-1) ?? '';
  const runImage = isNamed
    ? { ...written.runImage, topLayer, reference: pinned }
    : { topLayer, reference: pinned, image: reference };
  const stack = isNamed || !written.stack ? {} : { stack: { runImage: { image: reference } } };
  const config = { ...image.config.config, Labels: Object.fromEntries([...labels, ...ofBase]) };
  const changed = { ...image, config: { ...image.config, config } };
  return setLabels(changed, { [LIFECYCLE_LABEL]: renderJson({ ...written, ...buildpacks, runImage, ...stack }) });
}

type Fields = Record<string, unknown>;

function isTable(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** What a buildpack says of its layers and for the next build: keys stand in byte order, which an object keeps only when it is told so. */
function withSortedTables(buildpack: Fields & { layers?: Record<string, Fields>; store?: Fields }): Fields {
  const { layers, store } = buildpack;
  const sorted = Object.entries(layers ?? {}).map(([name, layer]) => {
    return [name, isTable(layer) ? { ...layer, data: sortKeys(layer.data) } : layer];
  });
  return {
    ...buildpack,
    ...(layers && { layers: Object.fromEntries(sorted) }),
    ...(isTable(store) && { store: { ...store, metadata: sortKeys(store.metadata) } }),
  };
}
