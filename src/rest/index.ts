import type { FastifyInstance } from 'fastify';
import { addDocsRoutes } from './docs/routes';
import { groupOf, type RestFamily } from './family';
import type * as openapi from './openapi/document';
import type { OperationGroup } from './operation';
import { addOperations, type RestAccess } from './operation-routes';
import type { RestServices } from './services';

export { chooseFamilies } from './choose-families';
export { restFamilies } from './families';
export type { RestFamily } from './family';

export interface RestOptions {
  /** Those that are on. */
  readonly families: readonly RestFamily[];
  readonly services: RestServices;
  /** For other services and proxies. */
  readonly tokens: readonly OperationGroup[];
  readonly system: OperationGroup;
  readonly access: RestAccess;
  readonly info: openapi.DocumentInfo;
}

/** Serves the families, the service's own routes, and the document that describes them. */
export async function mountRest(server: FastifyInstance, options: RestOptions): Promise<void> {
  const { families, services, tokens, system } = options;
  const groups = [...families.map((family) => groupOf(family, services)), ...tokens, system];
  for (const group of groups) await addOperations(server, group, options.access);
  addDocsRoutes(server, () => describe(groups, options.info));
}

/** What makes the document is a thirtieth of the start, and most servers never show it. */
function describe(groups: readonly OperationGroup[], info: openapi.DocumentInfo): openapi.OpenApiDocument {
  const { openApiDocument } = require('./openapi/document') as typeof openapi;
  return openApiDocument(groups, info);
}
