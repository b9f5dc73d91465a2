import type { GraphqlConfig } from '../../config';
import { NodeResolver, type NodeServices } from '../node.resolver';
import type { SubgraphOptions } from './subgraph';

/** Undefined where the service is no subgraph. */
export function subgraphOptions(
  { federation, introspection }: Pick<GraphqlConfig, 'federation' | 'introspection'>,
  services: NodeServices,
): SubgraphOptions | undefined {
  if (!federation) return undefined;
  const nodes = new NodeResolver(services);
  return { ...federation, introspection, findUser: (viewer, id) => nodes.user(viewer, id) };
}
