import { readFileSync } from 'node:fs';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error';
import { namesOf, variableNames, variables } from './variables';

const SUFFIX = '_FILE';

const secretNames = variableNames
  .filter((name) => variables[name].isSecret)
  .flatMap((name) => namesOf(name).map((alias) => alias.name));

export const secretFileNames: readonly string[] = secretNames.map((name) => name + SUFFIX);

/**
 * Secrets from files, as container engines mount them: `JWT_SECRET_KEY_FILE=/run/secrets/jwt` stands for the file's text
 * in `JWT_SECRET_KEY`, without the line end that editors add. Every secret variable can be given so, under each of its names.
 *
 * @throws ConfigurationError with every file that cannot be read, and every secret that is given in both ways
 */
export function withSecretFiles(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const problems: ConfigurationProblem[] = [];
  const merged = { ...env };
  for (const name of secretNames) {
    const file = env[name + SUFFIX]?.trim();
    if (!file) continue;
    const secret = env[name]?.trim() ? undefined : readSecret(file);
    if (secret === undefined) problems.push(problemOf(name, Boolean(env[name]?.trim())));
    else merged[name] = secret;
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return merged;
}

/** Undefined for what cannot be read, and for an empty file, which is never meant. */
function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '') || undefined;
  } catch {
    return undefined;
  }
}

function problemOf(name: string, isGivenTwice: boolean): ConfigurationProblem {
  const example = `${name}${SUFFIX}=/run/secrets/${name.toLowerCase()}`;
  return isGivenTwice
    ? { variable: `${name} and ${name}${SUFFIX}`, rule: 'are both set: keep one', example }
    : {
        variable: `${name}${SUFFIX}`,
        rule: 'must be the path of a file that can be read and is not empty',
        example,
      };
}
