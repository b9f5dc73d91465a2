import { isSecretAlgorithm } from './algorithms';
import type { SecretAlgorithm } from './token-types';
import type { ConfigurationProblem } from './configuration-error';
import { isLoopback } from './loopback';
import { problem, type Reading } from './read-variables';
import { weaknessOf } from './secret-strength';

/** Keys printed in documents and examples, which therefore protect nothing. */
const exampleSecret =
  /your.*(secret|key)|(secret|jwt).?key.?here|change.?(me|this|it)|replace.?(me|this|with)|openssl.rand/i;

const minProductionBcryptCost = 10;

/** What is no way to serve strangers. */
export function productionProblems(reading: Reading): ConfigurationProblem[] {
  const { values } = reading;
  const problems = [
    ...signingKeyProblems(reading),
    ...keyProblems(reading, 'SECRETS_KEY'),
    ...keyProblems(reading, 'JWT_PREVIOUS_SECRET_KEY'),
    ...clientProblems(reading),
    ...publicUrlProblems(reading),
    ...linkProblems(reading, 'FRONTEND_URL'),
  ];
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

/** Where key pairs sign, only a root is needed for all else. */
function signingKeyProblems(reading: Reading): ConfigurationProblem[] {
  const { values, given } = reading;
  const { JWT_ALGORITHM: algorithm } = values;
  const hasPairs = !isSecretAlgorithm(algorithm);
  if (given.has('JWT_SECRET_KEY'))
    return keyProblems(reading, 'JWT_SECRET_KEY', hasPairs ? 'HS256' : algorithm);
  if (hasPairs && given.has('SECRETS_KEY')) return [];
  return [problem(reading, 'JWT_SECRET_KEY', 'must be set in production, to at least 32 characters')];
}

/** Keys of all kinds are worth guessing: whoever knows one makes what it proves. */
function keyProblems(
  reading: Reading,
  name: 'JWT_SECRET_KEY' | 'JWT_PREVIOUS_SECRET_KEY' | 'SECRETS_KEY',
  algorithm: SecretAlgorithm = 'HS256',
): ConfigurationProblem[] {
  const secret = reading.values[name];
  if (secret === undefined) return []; // not set, or refused already
  const weakness = productionWeaknessOf(secret, algorithm);
  return weakness === undefined ? [] : [problem(reading, name, `${weakness} in production`)];
}

function clientProblems(reading: Reading): ConfigurationProblem[] {
  const weak = (reading.values.OAUTH_CLIENTS ?? []).find(({ secret }) => productionWeaknessOf(secret));
  if (!weak) return [];
  const rule = `must have random secrets in production, and that of ${weak.id} is not`;
  return [problem(reading, 'OAUTH_CLIENTS', rule)];
}

function productionWeaknessOf(secret: string, algorithm: SecretAlgorithm = 'HS256'): string | undefined {
  return exampleSecret.test(secret) ? 'must not be a published example' : weaknessOf(secret, algorithm);
}

/** Tokens, cookies and the links in mails rely on it; a guess would be wrong, and http:// would give them away. */
function publicUrlProblems(reading: Reading): ConfigurationProblem[] {
  if (reading.given.has('PUBLIC_URL')) return linkProblems(reading, 'PUBLIC_URL');
  return [problem(reading, 'PUBLIC_URL', 'must be set in production')];
}

function linkProblems(reading: Reading, name: 'PUBLIC_URL' | 'FRONTEND_URL'): ConfigurationProblem[] {
  const { values } = reading;
  const url = values[name];
  if (url === undefined) return []; // not set, or refused already
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || values.TRUST_PROXY !== false || isLoopback(hostname)) return [];
  const rule =
    'must begin with https:// in production, unless TRUST_PROXY is set or it leads to this machine';
  return [problem(reading, name, rule)];
}
