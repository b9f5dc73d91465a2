import { ConfigurationError, type RestConfig } from '../config';
import type { RestFamily } from './family';
import type { RestServices } from './services';

/**
 * The families that are on.
 * @param names as in REST_FAMILIES
 * @throws ConfigurationError for a name that no family has; Error when families do not fit together
 */
export function chooseFamilies(
  families: readonly RestFamily[],
  names: RestConfig['families'],
): readonly RestFamily[] {
  const problem = problemOfNames(families) ?? problemOfPrefixes(families) ?? problemOfPaths(families);
  if (problem !== undefined) throw new Error(problem);
  refuseUnknown(families, names);
  return names === 'all' ? families : families.filter(({ name }) => names.includes(name));
}

function refuseUnknown(families: readonly RestFamily[], names: RestConfig['families']): void {
  const known = families.map(({ name }) => name);
  if (names === 'all' || names.every((name) => known.includes(name))) return;
  const rule = `must be all, none or a comma separated list of ${known.join(', ')}`;
  const example = `REST_FAMILIES=${known[0] ?? 'none'}`;
  throw new ConfigurationError([{ variable: 'REST_FAMILIES', rule, example }]);
}

function problemOfNames(families: readonly RestFamily[]): string | undefined {
  const names = families.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `Two REST families are called ${twice}`;
  const odd = names.find(
    (name) => !/^[a-z][a-z0-9-]*$/.test(name) || ['all', 'none', 'system'].includes(name),
  );
  return odd === undefined ? undefined : `No REST family can be called "${odd}"`;
}

function problemOfPrefixes(families: readonly RestFamily[]): string | undefined {
  const owners = new Map<string, string>();
  for (const { name, prefixes } of families) {
    if (prefixes.length === 0) return `The REST family ${name} has no prefix`;
    for (const prefix of prefixes) {
      if (!/^\/(?:[\w.~-]+\/)+$/.test(prefix)) {
        return `The prefix "${prefix}" of the REST family ${name} must look like /name/`;
      }
      const owner = owners.get(prefix);
      if (owner !== undefined)
        return `The prefix ${prefix} belongs to two REST families: ${owner} and ${name}`;
      owners.set(prefix, name);
    }
  }
  return undefined;
}

/** An unknown path goes by its prefix: were a known one to lie elsewhere, the two would not be answered alike. */
function problemOfPaths(families: readonly RestFamily[]): string | undefined {
  for (const { name, operations } of families) {
    // They call services when they run; to say where they are they need none.
    for (const { method, path } of operations({} as RestServices)) {
      const owner = ownerOf(path, families);
      if (owner === name) continue;
      const where = owner === undefined ? 'under none of its prefixes' : `under a prefix of ${owner}`;
      return `${method} ${path} of the REST family ${name} lies ${where}`;
    }
  }
  return undefined;
}

function ownerOf(path: string, families: readonly RestFamily[]): string | undefined {
  const [closest] = families
    .flatMap(({ name, prefixes }) => prefixes.map((prefix) => ({ name, prefix })))
    .filter(({ prefix }) => path.startsWith(prefix))
    .sort((one, other) => other.prefix.length - one.prefix.length);
  return closest?.name;
}
