import { isSecretAlgorithm } from './algorithms';
import { isOwnClaim } from './claims-template';
import type { ConfigurationProblem } from './configuration-error';
import { unfitnessOf } from './private-keys';
import { problem, type Reading } from './read-variables';

/** Whether a signing secret is missing: without one nobody could sign, or nothing else could be derived. */
export function needsSecret({ values, given }: Reading): boolean {
  const isForPairs = !isSecretAlgorithm(values.JWT_ALGORITHM) && given.has('SECRETS_KEY');
  return !given.has('JWT_SECRET_KEY') && !isForPairs;
}

/** The rules that concern several variables of tokens. */
export function tokenProblems(reading: Reading): ConfigurationProblem[] {
  return [...ownKeyProblems(reading), ...claimProblems(reading)];
}

function ownKeyProblems(reading: Reading): ConfigurationProblem[] {
  const { JWT_PRIVATE_KEY: keys, JWT_ALGORITHM: algorithm } = reading.values;
  if (!keys) return []; // not set, or refused already
  if (isSecretAlgorithm(algorithm)) {
    const rule = `must be ES256, RS256 or PS256 where JWT_PRIVATE_KEY is set: ${algorithm} signs with JWT_SECRET_KEY`;
    return [{ ...problem(reading, 'JWT_ALGORITHM', rule), example: 'JWT_ALGORITHM=ES256' }];
  }
  const unfit = keys.map((key) => unfitnessOf(key, algorithm)).find((one) => one !== undefined);
  return unfit === undefined ? [] : [problem(reading, 'JWT_PRIVATE_KEY', unfit)];
}

function claimProblems(reading: Reading): ConfigurationProblem[] {
  const { JWT_CLAIMS_NAMESPACE: namespace, JWT_CLAIMS_TEMPLATE: template } = reading.values;
  if (namespace !== undefined && isOwnClaim(namespace))
    return [problem(reading, 'JWT_CLAIMS_NAMESPACE', 'must not be a claim that tokens have already')];
  if (namespace !== undefined && !reading.given.has('JWT_CLAIMS_TEMPLATE'))
    return [
      problem(reading, 'JWT_CLAIMS_NAMESPACE', 'must come with JWT_CLAIMS_TEMPLATE: it would be empty'),
    ];
  const taken = namespace === undefined ? Object.keys(template ?? {}).find(isOwnClaim) : undefined;
  if (taken === undefined) return [];
  const rule = `must not set ${taken}, which tokens have already (with JWT_CLAIMS_NAMESPACE it may)`;
  return [problem(reading, 'JWT_CLAIMS_TEMPLATE', rule)];
}
