import type { ConfigurationProblem } from './configuration-error';
import { databaseProblems } from './database-target';
import { isLoopback } from './loopback';
import { mailProblems } from './mail-config';
import { productionProblems } from './production-rules';
import { problem, type Reading } from './read-variables';
import { needsSecret, tokenProblems } from './token-rules';

/** The rules that concern several variables at once. */
export function crossProblems(reading: Reading): ConfigurationProblem[] {
  const { values } = reading;
  const problems = [
    ...databaseProblems(reading),
    ...mailProblems(reading),
    ...listenerProblems(reading),
    ...tokenProblems(reading),
  ];
  if (values.REFRESH_TOKEN_DELIVERY === 'cookie' && values.CORS_ORIGINS.includes('*')) {
    const rule =
      'must list the origins when REFRESH_TOKEN_DELIVERY is cookie: * is only for requests without credentials';
    problems.push(problem(reading, 'CORS_ORIGINS', rule));
  }
  if (values.METRICS_PORT !== undefined && values.METRICS_PORT === values.PORT && values.PORT !== 0) {
    problems.push(problem(reading, 'METRICS_PORT', 'must not be PORT'));
  }
  if (reading.given.has('REDIS_URL') && reading.given.has('REDIS_HOST')) {
    problems.push(problem(reading, 'REDIS_URL', 'must not be set together with REDIS_HOST: keep one'));
  }
  if (values.ENABLE_LOGSTASH && !reading.given.has('SYSLOG_HOST')) {
    problems.push(problem(reading, 'SYSLOG_HOST', 'must be set with ENABLE_LOGSTASH=true'));
  }
  if (values.PERSISTED_OPERATIONS === 'required' && values.PERSISTED_OPERATIONS_FILE === undefined) {
    const rule = 'must be set with PERSISTED_OPERATIONS=required';
    problems.push(problem(reading, 'PERSISTED_OPERATIONS_FILE', rule));
  }
  if (values.NODE_ENV === 'production') problems.push(...productionProblems(reading));
  if (isExposedUnnamed(reading) && needsSecret(reading)) {
    const rule =
      'must be set: HOST lets others in and NODE_ENV is not set, so no key is generated (for a try-out set NODE_ENV=development, or HOST=127.0.0.1)';
    problems.push(problem(reading, 'JWT_SECRET_KEY', rule));
  }
  return problems;
}

function listenerProblems(reading: Reading): ConfigurationProblem[] {
  const { values, given } = reading;
  const problems: ConfigurationProblem[] = [];
  if (given.has('SSL_CERTFILE') !== given.has('SSL_KEYFILE')) {
    const [missing, other] = given.has('SSL_CERTFILE')
      ? (['SSL_KEYFILE', 'SSL_CERTFILE'] as const)
      : (['SSL_CERTFILE', 'SSL_KEYFILE'] as const);
    problems.push(problem(reading, missing, `must be set together with ${other}`));
  }
  const isEmbedded = !given.has('DATABASE_URL') && !given.has('DB_HOST');
  if (values.WORKERS > 1 && isEmbedded) {
    const rule =
      'must be 1 on the embedded database, which serves one process: more need PostgreSQL, in DATABASE_URL';
    problems.push(problem(reading, 'WORKERS', rule));
  }
  return problems;
}

/** True where others can reach a service whose operator did not say what it is for: most likely one that was forgotten. */
export function isExposedUnnamed({ values, given }: Reading): boolean {
  return !given.has('NODE_ENV') && values.HOST !== undefined && !isLoopback(values.HOST);
}
