import { tokenVerifier } from './access-token';
import type { Baseline } from './baseline';

/** B0, and the access token verified. */
export const addBaseline: Baseline = async (server, { secret }) => {
  const claimsOf = tokenVerifier(secret);
  server.get('/b1', (request) => {
    const { sub, username } = claimsOf(request) as Record<string, unknown>;
    return { id: sub, username };
  });
};
