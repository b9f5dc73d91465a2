import type { Config } from '../../config';
import { examineReplica } from '../../infrastructure/database/examine-replica';
import { examineServer, type ServerFacts } from '../../infrastructure/database/examine-server';
import { Report, textOf, type Finding } from './finding';
import { adviceFor, judgeConnections, placeOf } from './server-check';

type Server = Extract<Config['database'], { kind: 'postgresql' }>;

/** Each replica: whether it is one, has what the primary has in time, and can be used. None stops the gateway. */
export async function checkReplicas(primary: Server): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const target of primary.replicas)
    findings.push(...(await checkReplica(primary, { ...primary, ...target })));
  return findings;
}

async function checkReplica(primary: Server, replica: Server): Promise<Finding[]> {
  const report = new Report('replica');
  const place = placeOf(replica);
  let facts: ServerFacts;
  try {
    facts = await examineServer(replica);
  } catch (error) {
    const advice = `${adviceFor(error, 'DATABASE_REPLICA_URLS')} Until then the primary does its work.`;
    report.failure(`the replica at ${place} cannot be used: ${textOf(error)}`, advice);
    return report.findings;
  }
  report.ok(`PostgreSQL ${facts.version} at ${place} answers in ${facts.roundTripMs.toFixed(1)} ms`);
  judgeConnections(facts, replica, report);
  if (facts.schema.pending.length > 0)
    report.warning(
      `${place} lacks ${facts.schema.pending.length} migrations (${facts.schema.pending[0]} …)`,
      'They come from the primary: migrate that one, or wait until the replica has caught up.',
    );
  try {
    await compare(primary, replica, report);
  } catch (error) {
    const advice =
      'Mend the primary first; the role needs pg_current_wal_lsn(), pg_walfile_name() and the pg_control functions.';
    report.failure(`${place} cannot be compared to the primary: ${textOf(error)}`, advice);
  }
  return report.findings;
}

async function compare(primary: Server, replica: Server, report: Report): Promise<void> {
  const { doubt, caughtUpAfterMs, allowedMs } = await examineReplica(primary, replica);
  const place = placeOf(replica);
  if (doubt !== undefined)
    report.failure(
      `${place} is not read: ${doubt}`,
      'Name streaming replicas of the server and the database of DATABASE_URL in DATABASE_REPLICA_URLS.',
    );
  else if (caughtUpAfterMs === undefined)
    report.failure(
      `${place} is not read: it is more than ${allowedMs / 1000} s behind the primary`,
      'Look at pg_stat_replication on the primary, and at the log of the replica; or raise DATABASE_REPLICA_LAG_SECONDS.',
    );
  else report.ok(`${place} has all that the primary had ${caughtUpAfterMs.toFixed(0)} ms before`);
}
