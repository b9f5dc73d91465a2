import type { Health } from '../infrastructure/telemetry/health';
import type { Metrics } from '../infrastructure/telemetry/metrics';
import { version } from '../version';
import { restFamilies } from './families';
import { groupOf } from './family';
import type { RestServices } from './services';
import { metricsOperation } from './system/metrics';
import { systemOperations } from './system/operations';
import type { Discoverable } from './tokens/discovery-operations';
import { tokenGroups, type TokenServices } from './tokens/groups';
import { openApiDocument } from './openapi/document';

/** The text of docs/openapi.json: every family, as a server for development describes them. */
export function printedDocument(): string {
  // Operations call services when they run; to be described they need none.
  const families = restFamilies.map((family) => groupOf(family, {} as RestServices));
  const metrics = metricsOperation({} as Metrics, () => undefined);
  const tokens = tokenGroups({} as TokenServices, {} as Discoverable);
  const groups = [...families, ...tokens, systemOperations({} as Health, undefined, metrics)];
  return `${JSON.stringify(openApiDocument(groups, { version }), null, 2)}\n`;
}
