import type { Configuration, Target } from '@dema/spec';
import { describeGroups, describeModules, section } from './describe-modules.ts';
import type { InspectedBuildpack } from './inspect-buildpack.ts';
import { sizeText } from './size-text.ts';

/** What `pack buildpack inspect` shows, and the settings, as lines. */
export function describeBuildpack(buildpack: InspectedBuildpack): string[] {
  const { id, version, description, homepage, licenses, api, targets, stacks, image } = buildpack;
  const { buildpacks = [], order = [], parts = [] } = buildpack;
  return [
    `${id} ${version}`,
    ...(description ? [`  ${description}`] : []),
    `  api         ${api}`,
    ...line('targets', targets.map(targetText)),
    ...line('stacks', stacks.map(stackText)),
    ...line('homepage', homepage ? [homepage] : []),
    ...line(
      'licenses',
      licenses.map(({ type, uri }) => type ?? uri ?? ''),
    ),
    ...(image ? describeImage(image) : []),
    ...section('buildpacks', describeModules(buildpacks)),
    ...section('order', describeGroups(order)),
    ...describeSettings(buildpack.settings, ''),
    ...parts.flatMap((part) => describeSettings(part.settings, `${part.id}: `)),
  ];
}

function describeImage({ reference, digest, size, platform, platforms }: NonNullable<InspectedBuildpack['image']>) {
  return [
    ...line('image', [reference]),
    ...line('digest', [digest]),
    ...line('size', [`${sizeText(size)} compressed`]),
    ...line('platform', [platform]),
    ...line('of these', platforms ?? []),
  ];
}

function line(title: string, words: string[]): string[] {
  return words.length > 0 ? [`  ${title.padEnd(11)} ${words.join(', ')}`] : [];
}

function targetText({ os = 'any system', arch, variant, distros }: Target): string {
  const platform = [os, arch, variant].filter(Boolean).join('/');
  const names = distros.map(({ name, version }) => [name, version].filter(Boolean).join(' '));
  return names.length > 0 ? `${platform} (${names.join(', ')})` : platform;
}

function stackText({ id, mixins }: InspectedBuildpack['stacks'][number]): string {
  return mixins.length > 0 ? `${id} (${mixins.join(', ')})` : id;
}

function describeSettings(settings: Configuration[], owner: string): string[] {
  const [build, launch] = [settings.filter((one) => !one.launch), settings.filter((one) => one.launch)];
  return [
    ...section(`${owner}settings of the build (dema build --env NAME=value)`, listSettings(build)),
    ...section(`${owner}settings of the start (dema run --env NAME=value)`, listSettings(launch)),
  ];
}

function listSettings(settings: Configuration[]): string[] {
  const width = Math.max(...settings.map(({ name }) => name.length));
  return settings.flatMap((setting) => {
    const [first = '', ...more] = describeSetting(setting);
    return [`${setting.name.padEnd(width)}  ${first}`, ...more.map((text) => `${' '.repeat(width)}  ${text}`)];
  });
}

function describeSetting({ description = '', type, choices, formerly, default: fallback }: Configuration): string[] {
  const kind = choices.length > 0 ? choices.join(', ') : type;
  const facts = [kind, fallback === undefined ? undefined : `default ${fallback}`].filter(Boolean).join('; ');
  const names = formerly.length > 0 ? [`formerly ${formerly.join(', ')}`] : [];
  return [description, ...(facts ? [facts] : []), ...names];
}
