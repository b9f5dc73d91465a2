import { oldNames } from './old-names';
import { secretFileNames } from './secret-files';
import type { UnknownVariable } from './variable';
import { namesOf, variableNames } from './variables';

/** How many letters may be wrong, missing, too many or swapped. Short names are soon like any other. */
const MAX_TYPOS = 2;
const MIN_LENGTH_FOR_TWO_TYPOS = 8;
const MIN_LENGTH_FOR_TYPOS = 5;

/** Beginnings that hardly anything else on a machine has. */
const OUR_PREFIX =
  /^(RATE_LIMIT|CIRCUIT_BREAKER|GRAPHQL|JWT|BCRYPT|HASH|MAIL|SENDGRID|EMAIL|PASSWORD|REFRESH|SESSION|SESSIONS|METRICS|LOGIN|CREDITS|CORS|LOG|DB|REDIS|VERIFICATION|HOUSEKEEPING)_/;

/** Names that others gave: a desktop, a password manager, OpenSSL, and what Kubernetes and Docker say of services beside this one. */
const SOMEBODY_ELSES =
  /^(SESSION_MANAGER|SSL_CERT_(FILE|DIR)|PASSWORD_STORE_\w+|GRAPHQL_AUTH_GATEWAY_\w+)$|_SERVICE_(HOST|PORT)(_\w+)?$|_PORT_\d+_(TCP|UDP)(_\w+)?$/;

const knownNames = variableNames.flatMap((name) => namesOf(name).map((alias) => alias.name));
const known: ReadonlySet<string> = new Set([...knownNames, ...secretFileNames]);

const FILE = /_FILE$/;

/** The variables of an environment that are none of ours, but nearly: a typing error, an old name, one of our prefixes. */
export function unknownVariables(env: NodeJS.ProcessEnv): readonly UnknownVariable[] {
  return Object.keys(env)
    .filter((name) => env[name] !== undefined && !known.has(name) && !SOMEBODY_ELSES.test(name))
    .sort()
    .flatMap((name) => {
      const upper = name.toUpperCase();
      const didYouMean = oldNames[upper] ?? oldFile(upper) ?? closest(upper);
      if (didYouMean !== undefined) return [{ name, didYouMean }];
      return OUR_PREFIX.test(name) ? [{ name }] : [];
    });
}

/** Where secrets are files, an old name has the same ending as a new one. */
function oldFile(name: string): string | undefined {
  const newName = FILE.test(name) ? oldNames[name.replace(FILE, '')] : undefined;
  const file = newName && `${newName}_FILE`;
  return file !== undefined && known.has(file) ? file : undefined;
}

function closest(name: string): string | undefined {
  if (known.has(name)) return name; // in small letters
  if (name.length < MIN_LENGTH_FOR_TYPOS) return undefined;
  const limit = name.length < MIN_LENGTH_FOR_TWO_TYPOS ? 1 : MAX_TYPOS;
  const [best] = [...known]
    // A name one letter longer than a short one of ours is another word: HOSTS, PORTS.
    .filter(
      (candidate) =>
        candidate.length >= MIN_LENGTH_FOR_TYPOS && Math.abs(candidate.length - name.length) <= limit,
    )
    .map((candidate) => ({ candidate, typos: typosBetween(name, candidate) }))
    .filter(({ typos }) => typos <= limit)
    .sort((one, other) => one.typos - other.typos);
  return best?.candidate;
}

/** Damerau and Levenshtein's distance, with swaps of neighbours. */
function typosBetween(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const cost = one[row - 1] === other[column - 1] ? 0 : 1;
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + cost,
        swapped && row > 1 && column > 1 ? at(beforeLast, column - 2) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, other.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
