import { counted } from '@dema/errors';
import { describeGroups, describeMembers, describeModules, section } from './describe-modules.ts';
import type { InspectedBuilder } from './inspect-builder.ts';
import { sizeText } from './size-text.ts';

/** What `pack builder inspect` shows, and what only dema says, as lines. */
export function describeBuilder(builder: InspectedBuilder): string[] {
  const { reference, digest, platform, platforms, size, layers, description, createdBy, serves } = builder;
  const { stack, distro, user, runImages, system } = builder;
  return [
    reference,
    ...(description ? [`  ${description}`] : []),
    `  digest      ${digest}`,
    `  size        ${sizeText(size)} compressed, ${counted(layers, 'layer')}`,
    `  platform    ${platform}${distro ? `, ${distro.name} ${distro.version}` : ''}`,
    ...(platforms ? [`  of these    ${platforms.join(', ')}`] : []),
    ...(stack ? [`  stack       ${stack}`] : []),
    ...(user ? [`  user        ${user}`] : []),
    `  created by  ${[createdBy.name, createdBy.version].filter(Boolean).join(' ') || 'not said'}`,
    ...describeLifecycle(builder),
    ...(serves ? [`  serves      ${serves} alone, as it holds no lifecycle`] : []),
    ...section(
      'run images',
      runImages.flatMap(({ image, mirrors }) => [image, ...mirrors.map((one) => `  ${one} (mirror)`)]),
    ),
    ...section('buildpacks', describeModules(builder.buildpacks)),
    ...section('order', describeGroups(builder.order)),
    ...section('before every group', describeMembers(system.pre)),
    ...section('behind every group', describeMembers(system.post)),
    ...section('extensions', describeModules(builder.extensions)),
    ...section('order of extensions', describeGroups(builder.orderExtensions)),
  ];
}

function describeLifecycle({ lifecycle }: InspectedBuilder): string[] {
  if (!lifecycle) return ['  lifecycle   none'];
  const line = (kind: 'buildpack' | 'platform') => {
    const { supported, deprecated } = lifecycle.apis[kind];
    const old = deprecated.length > 0 ? `; deprecated ${deprecated.join(', ')}` : '';
    return `    ${kind} APIs ${supported.join(', ')}${old}`;
  };
  return [`  lifecycle   ${lifecycle.version}`, line('buildpack'), line('platform')];
}
