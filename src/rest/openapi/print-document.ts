import type { RestFamily } from '../../config';
import type { Health } from '../../infrastructure/telemetry/health';
import type { Metrics } from '../../infrastructure/telemetry/metrics';
import { familyGroups, type RestServices } from '..';
import { systemOperations } from '../system/operations';
import { version } from '../../version';
import { openApiDocument } from './document';

const ALL: readonly RestFamily[] = ['auth-serve', 'session', 'credit', 'balance-hub'];

/** The text of docs/openapi.json: every family, as a server for development describes them. */
export function printedDocument(): string {
  // Operations call services when they run; to be described they need none.
  const groups = [...familyGroups(ALL, {} as RestServices), systemOperations({} as Health, {} as Metrics)];
  const info = { version };
  return `${JSON.stringify(openApiDocument(groups, info), null, 2)}\n`;
}
