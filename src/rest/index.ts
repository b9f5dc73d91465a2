import type { FastifyInstance } from 'fastify';
import type { RestFamily } from '../config';
import { authServeOperations, type AuthServeServices } from './auth-serve/operations';
import { balanceHubOperations, type BalanceHubServices } from './balance-hub/operations';
import { creditOperations, type CreditServices } from './credit/operations';
import { addDocsRoutes } from './docs/routes';
import { openApiDocument, type DocumentInfo } from './openapi/document';
import { addOperations, type RestAccess } from './operation-routes';
import type { OperationGroup } from './operation';
import { sessionOperations, type SessionFamilyServices } from './session/operations';

export type RestServices = AuthServeServices & SessionFamilyServices & CreditServices & BalanceHubServices;

const FAMILIES: Record<RestFamily, (services: RestServices) => OperationGroup> = {
  'auth-serve': authServeOperations,
  session: sessionOperations,
  credit: creditOperations,
  'balance-hub': balanceHubOperations,
};

export interface RestOptions {
  readonly families: readonly RestFamily[];
  readonly services: RestServices;
  readonly system: OperationGroup;
  readonly access: RestAccess;
  readonly info: DocumentInfo;
}

/** Serves the families that are on, the service's own routes, and the document that describes them. */
export async function mountRest(server: FastifyInstance, options: RestOptions): Promise<void> {
  const groups = [...familyGroups(options.families, options.services), options.system];
  for (const group of groups) await addOperations(server, group, options.access);
  addDocsRoutes(server, openApiDocument(groups, options.info));
}

export function familyGroups(families: readonly RestFamily[], services: RestServices): OperationGroup[] {
  return families.map((family) => FAMILIES[family](services));
}
