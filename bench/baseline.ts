import { createSecretKey } from 'node:crypto';
import { fastify } from 'fastify';
import jwt from 'jsonwebtoken';

// What the gateway is measured against: the least that any server does that takes its access tokens.
const key = createSecretKey(Buffer.from(process.env['JWT_SECRET_KEY'] ?? ''));
const server = fastify();

server.get('/', (request) => {
  const claims = jwt.verify((request.headers.authorization ?? '').slice('Bearer '.length), key);
  return { data: { me: { id: (claims as jwt.JwtPayload)['id'] as unknown, email: 'bench@example.com' } } };
});

void server.listen({ host: '127.0.0.1', port: 0 }).then((address) => {
  process.stdout.write(`${JSON.stringify({ address })}\n`);
});
process.on('SIGTERM', () => void server.close());
