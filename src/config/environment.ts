import path from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigurationError } from './configuration-error';
import { readFileIfExists } from './read-file-if-exists';
import { withSecretFiles } from './secret-files';
import { namesOf, variableNames, variables } from './variables';

/**
 * The process environment over the `.env` of the working directory, if there is one. Real variables win, under each
 * of their names: with a real NODE_ENV, an ENVIRONMENT in the file is no contradiction. This is the only place that
 * reads `process.env`.
 *
 * Throws ConfigurationError when the file is there, but cannot be read, and as `withSecretFiles` does.
 */
export function readEnvironment(directory: string = process.cwd()): NodeJS.ProcessEnv {
  const file = readEnvFile(path.join(directory, '.env'));
  return mergeEnvironments(withSecretFiles(process.env), withSecretFiles(file));
}

function mergeEnvironments(real: NodeJS.ProcessEnv, file: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const merged = { ...file, ...real };
  for (const variable of variableNames) {
    const names = namesOf(variable).map(({ name }) => name);
    const isReal = names.some(
      (name) => real[name]?.trim() || (real[name] === '' && variables[variable].isEmptyMeaningful),
    );
    for (const name of names) merged[name] = (isReal ? real : file)[name];
  }
  return merged;
}

function readEnvFile(file: string): NodeJS.ProcessEnv {
  try {
    return parseEnv(readFileIfExists(file) ?? '');
  } catch (cause) {
    const problem = { variable: '.env', rule: 'must be a readable file', example: 'a copy of .env.example' };
    throw new ConfigurationError([problem], { cause });
  }
}
