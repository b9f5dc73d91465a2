import type { Surface } from './request-context';

/** Where GraphQL is served. */
export const GRAPHQL_PATH = '/graphql';

/** Longest first: `/api/auth/` belongs to another family than the rest of `/api/`. */
const PREFIXES: readonly (readonly [string, Exclude<Surface, 'graphql'>])[] = [
  ['/api/auth/', 'auth-serve'],
  ['/api/', 'session'],
  ['/auth/', 'credit'],
  ['/credits/', 'credit'],
  ['/balance_hub/', 'balance-hub'],
];

/** The REST family that a path belongs to, whether there is anything at it or not. */
export function familyOfPath(path: string): Exclude<Surface, 'graphql'> | undefined {
  return PREFIXES.find(([prefix]) => path.startsWith(prefix))?.[1];
}
