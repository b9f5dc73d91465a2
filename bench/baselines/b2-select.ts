import { tokenVerifier } from './access-token';
import type { Baseline } from './baseline';

const FIND_USER = {
  name: 'find_user',
  text: 'select id, email from users where id = $1',
};

/** B1, and one row by its primary key with a prepared statement. */
export const addBaseline: Baseline = async (server, { secret, sql }) => {
  const claimsOf = tokenVerifier(secret);
  const { run } = await sql();
  server.get('/b2', async (request) => {
    const [user] = await run(FIND_USER, [claimsOf(request)['id']]);
    return { id: String(user?.['id']), email: user?.['email'] };
  });
};
