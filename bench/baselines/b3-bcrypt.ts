import { compare } from 'bcrypt';
import type { FastifyRequest } from 'fastify';
import type { Baseline } from './baseline';

/** The comparison of a password with its hash, in libuv's threads and at the priority of everything else. */
export const addBaseline: Baseline = async (server, { sql }) => {
  const { run } = await sql();
  const [user] = await run({ name: 'any_hash', text: 'select hashed_password from users limit 1' });
  const hash = String(user?.['hashed_password']);
  server.post('/b3', async (request: FastifyRequest<{ Body: { password: string } }>) => ({
    matches: await compare(request.body.password, hash),
  }));
};
