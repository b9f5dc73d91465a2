import type { FastifyInstance } from 'fastify';
import { addDocsRoutes } from './docs/routes';
import { groupOf, type RestFamily } from './family';
import { openApiDocument, type DocumentInfo } from './openapi/document';
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
  readonly info: DocumentInfo;
}

/** Serves the families, the service's own routes, and the document that describes them. */
export async function mountRest(server: FastifyInstance, options: RestOptions): Promise<void> {
  const { families, services, tokens, system } = options;
  const groups = [...families.map((family) => groupOf(family, services)), ...tokens, system];
  for (const group of groups) await addOperations(server, group, options.access);
  addDocsRoutes(server, openApiDocument(groups, options.info));
}
