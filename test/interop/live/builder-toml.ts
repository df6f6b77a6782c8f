/** A group of an order: ids, with a `?` behind those that may be left out. */
type Group = string[];

export interface BuilderToml {
  buildImage: string;
  runImage: string;
  mirrors?: string[];
  /** Path of the lifecycle's archive. */
  lifecycle?: string;
  /** Paths, or names in a registry. */
  buildpacks: string[];
  order: Group[];
  /** Further tables. */
  more?: string;
}

/** A `builder.toml` as operators write it. */
export function renderBuilderToml({
  buildImage,
  runImage,
  mirrors = [],
  lifecycle,
  buildpacks,
  order,
  more = '',
}: BuilderToml): string {
  const text = JSON.stringify;
  const groups = order.map((group) => `\n[[order]]\n${group.map(renderMember).join('')}`);
  return [
    `description = "Ours beside a foreign buildpack"\n\n[build]\nimage = ${text(buildImage)}\n`,
    `\n[[run.images]]\nimage = ${text(runImage)}\n${mirrors.length > 0 ? `mirrors = ${text(mirrors)}\n` : ''}`,
    lifecycle ? `\n[lifecycle]\nuri = ${text(lifecycle)}\n` : '',
    ...buildpacks.map((uri) => `\n[[buildpacks]]\nuri = ${text(uri)}\n`),
    ...groups,
    more,
  ].join('');
}

function renderMember(name: string): string {
  const optional = name.endsWith('?') ? 'optional = true\n' : '';
  return `[[order.group]]\nid = ${JSON.stringify(name.replace('?', ''))}\n${optional}`;
}
