import type { ConfigurationProblem } from './configuration-error';
import { isLoopback } from './loopback';
import { problem, type Reading } from './read-variables';
import { weaknessOf } from './secret-strength';

/** Keys printed in documents and examples, which therefore protect nothing. */
const exampleSecret =
  /your.*(secret|key)|(secret|jwt).?key.?here|change.?(me|this|it)|replace.?(me|this|with)|openssl rand/i;

const minProductionBcryptCost = 10;

/** What is no way to serve strangers. */
export function productionProblems(reading: Reading): ConfigurationProblem[] {
  const { values } = reading;
  const problems = [...secretProblems(reading), ...publicUrlProblems(reading)];
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

function secretProblems(reading: Reading): ConfigurationProblem[] {
  const { values, given } = reading;
  const secret = values.JWT_SECRET_KEY;
  const refuse = (rule: string): ConfigurationProblem[] => [problem(reading, 'JWT_SECRET_KEY', rule)];
  if (!given.has('JWT_SECRET_KEY')) return refuse('must be set in production, to at least 32 characters');
  if (secret === undefined) return []; // refused already
  if (exampleSecret.test(secret)) return refuse('must not be a published example in production');
  const weakness = weaknessOf(secret, values.JWT_ALGORITHM);
  return weakness === undefined ? [] : refuse(`${weakness} in production`);
}

/** Tokens, cookies and the links in mails rely on it; a guess would be wrong, and http:// would give them away. */
function publicUrlProblems(reading: Reading): ConfigurationProblem[] {
  const { values, given } = reading;
  if (!given.has('PUBLIC_URL')) return [problem(reading, 'PUBLIC_URL', 'must be set in production')];
  if (values.PUBLIC_URL === undefined) return []; // refused already
  const { protocol, hostname } = new URL(values.PUBLIC_URL);
  if (protocol === 'https:' || values.TRUST_PROXY !== false || isLoopback(hostname)) return [];
  const rule =
    'must begin with https:// in production, unless TRUST_PROXY is set or it leads to this machine';
  return [problem(reading, 'PUBLIC_URL', rule)];
}
