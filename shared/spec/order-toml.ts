import { type BuildpackReference, plainGroups, readGroups } from './order.ts';
import { renderToml } from './render-toml.ts';
import { tomlDocument } from './toml-place.ts';

/** `order.toml`: the groups of a builder, all versions resolved. */
export interface OrderDescriptor {
  order: ResolvedReference[][];
  /** Groups of image extensions, which are always optional. */
  orderExtensions: ResolvedReference[][];
}

export type ResolvedReference = BuildpackReference & { version: string };

export function parseOrderToml(text: string, file: string): OrderDescriptor {
  const document = tomlDocument(text, file);
  const extensions = readGroups(document, 'order-extensions', { hasVersions: true });
  return {
    order: readGroups(document, 'order', { hasVersions: true }),
    orderExtensions: extensions.map((group) => group.map((reference) => ({ ...reference, optional: true }))),
  };
}

export function renderOrderToml({ order, orderExtensions }: OrderDescriptor): string {
  return renderToml({
    order: order.length ? plainGroups(order) : undefined,
    'order-extensions': orderExtensions.length ? plainGroups(orderExtensions) : undefined,
  });
}
