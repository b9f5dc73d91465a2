import { isIPv6 } from 'node:net';
import type { DatabaseTarget } from './config';
import type { ConfigurationProblem } from './configuration-error';
import { defaultPostgresqlPort, joinDatabaseUrl, splitDatabaseUrl, type DatabaseParts } from './database-url';
import { splitTls } from './database-tls';
import { exampleOf, problem, type Reading } from './read-variables';
import type { Values } from './variables';

const variableOfPart = {
  host: 'DB_HOST',
  port: 'DB_PORT',
  user: 'DB_USER',
  password: 'DB_PASSWORD',
  name: 'DB_NAME',
} as const satisfies Record<keyof DatabaseParts, string>;

const requiredParts = ['host', 'user', 'name'] as const;

export function databaseProblems(reading: Reading): ConfigurationProblem[] {
  return [...targetProblems(reading), ...replicaProblems(reading)];
}

function replicaProblems(reading: Reading): ConfigurationProblem[] {
  const { values, given } = reading;
  const isEmbedded = !given.has('DATABASE_URL') && !given.has('DB_HOST');
  if (values.DATABASE_REPLICA_URLS === undefined || !isEmbedded) return []; // not set, or refused already
  const rule = 'must not be set with the embedded database, which has no replicas: set DATABASE_URL too';
  return [problem(reading, 'DATABASE_REPLICA_URLS', rule)];
}

/** There are two ways to name a database: they must not contradict each other, and the second must be complete. */
function targetProblems(reading: Reading): ConfigurationProblem[] {
  const { given } = reading;
  if (given.has('DATABASE_URL')) return contradictions(reading);

  const first = Object.values(variableOfPart).find((variable) => given.has(variable));
  if (!first) return [];
  return requiredParts
    .map((part) => variableOfPart[part])
    .filter((variable) => !given.has(variable))
    .map((variable) => ({
      variable,
      rule: `must be set together with ${given.get(first) ?? first}`,
      example: exampleOf(variable),
    }));
}

function contradictions({ values, given }: Reading): ConfigurationProblem[] {
  if (values.DATABASE_URL === undefined) return []; // refused already
  const url = splitDatabaseUrl(values.DATABASE_URL);
  const parts = givenParts(values);
  return (Object.keys(parts) as (keyof DatabaseParts)[])
    .filter((part) => parts[part] !== url[part])
    .map((part) => variableOfPart[part])
    .map((variable) => ({
      variable: `DATABASE_URL and ${given.get(variable) ?? variable}`,
      rule: 'name different databases: set DATABASE_URL or the DB_ variables',
      example: exampleOf('DATABASE_URL'),
    }));
}

/** Takes values that `databaseProblems` has found nothing wrong with. */
export function databaseTarget(values: Values): DatabaseTarget {
  const { host, port = defaultPostgresqlPort, user, password = '', name } = givenParts(values);
  const hasParts = host !== undefined && user !== undefined && name !== undefined;
  const url =
    values.DATABASE_URL ?? (hasParts ? joinDatabaseUrl({ host, port, user, password, name }) : undefined);
  return url === undefined
    ? { kind: 'embedded', dataDir: values.DATA_DIR }
    : {
        kind: 'postgresql',
        ...splitTls(url, 'DATABASE_URL'),
        poolMax: values.DB_POOL_MAX,
        replicas: (values.DATABASE_REPLICA_URLS ?? []).map((one) => splitTls(one, 'DATABASE_REPLICA_URLS')),
        replicaLagSeconds: values.DATABASE_REPLICA_LAG_SECONDS,
      };
}

function givenParts(values: Values): Partial<DatabaseParts> {
  const { DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME } = values;
  return {
    // As in a URL, where colons would otherwise be taken for the port's.
    ...(DB_HOST !== undefined && { host: isIPv6(DB_HOST) ? `[${DB_HOST}]` : DB_HOST }),
    ...(DB_PORT !== undefined && { port: DB_PORT }),
    ...(DB_USER !== undefined && { user: DB_USER }),
    ...(DB_PASSWORD !== undefined && { password: DB_PASSWORD }),
    ...(DB_NAME !== undefined && { name: DB_NAME }),
  };
}
