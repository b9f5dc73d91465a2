import type { ConfigurationProblem } from './configuration-error';
import { databaseProblems } from './database-target';
import { mailProblems } from './mail-config';
import { exampleOf, type Reading } from './read-variables';
import type { VariableName } from './variables';

/** Keys printed in documents and examples, which therefore protect nothing. */
const exampleSecret =
  /your.*(secret|key)|(secret|jwt).?key.?here|change.?(me|this|it)|replace.?(me|this|with)|openssl rand/i;

const minProductionBcryptCost = 10;

/** The rules that concern several variables at once. */
export function crossProblems(reading: Reading): ConfigurationProblem[] {
  const { values } = reading;
  const problems = [...databaseProblems(reading), ...mailProblems(reading)];
  if (values.REFRESH_TOKEN_DELIVERY === 'cookie' && values.CORS_ORIGINS.includes('*')) {
    const rule =
      'must list the origins when REFRESH_TOKEN_DELIVERY is cookie: * is only for requests without credentials';
    problems.push(problem(reading, 'CORS_ORIGINS', rule));
  }
  if (reading.given.has('REDIS_URL') && reading.given.has('REDIS_HOST')) {
    problems.push(problem(reading, 'REDIS_URL', 'must not be set together with REDIS_HOST: keep one'));
  }
  if (values.NODE_ENV === 'production') problems.push(...productionProblems(reading));
  return problems;
}

function productionProblems(reading: Reading): ConfigurationProblem[] {
  const { values, given } = reading;
  const problems: ConfigurationProblem[] = [];
  if (!given.has('JWT_SECRET_KEY')) {
    problems.push(problem(reading, 'JWT_SECRET_KEY', 'must be set in production, to at least 32 characters'));
  }
  if (values.JWT_SECRET_KEY !== undefined && exampleSecret.test(values.JWT_SECRET_KEY)) {
    problems.push(problem(reading, 'JWT_SECRET_KEY', 'must not be a published example in production'));
  }
  if (values.DEBUG) {
    problems.push({ variable: 'DEBUG', rule: 'must be off in production', example: 'DEBUG=false' });
  }
  if (values.BCRYPT_COST < minProductionBcryptCost) {
    problems.push(
      problem(reading, 'BCRYPT_COST', `must be at least ${minProductionBcryptCost} in production`),
    );
  }
  return problems;
}

function problem(reading: Reading, name: VariableName, rule: string): ConfigurationProblem {
  const usedName = reading.given.get(name) ?? name;
  return { variable: usedName, rule, example: exampleOf(name, usedName) };
}
