import fastifyJwt from '@fastify/jwt';
import { fastify } from 'fastify';
import buildGetJwks from 'get-jwks';
import { DenyList } from './deny-list.mjs';

const {
  GATEWAY: gateway,
  ISSUER: issuer = gateway,
  CLIENT_ID: clientId,
  CLIENT_SECRET: clientSecret,
} = process.env;
const denyList = await new DenyList({ gateway, clientId, clientSecret }).start();
const jwks = buildGetJwks({ ttl: 300_000 });

const application = fastify();
await application.register(fastifyJwt, {
  decode: { complete: true },
  // The key is looked up at the gateway, whatever the token says of its issuer.
  secret: (_request, { header: { kid, alg } }) => jwks.getPublicKey({ domain: gateway, kid, alg }),
  verify: { algorithms: ['ES256'], allowedIss: issuer, allowedAud: 'graphql-auth-gateway' },
});
application.addHook('onRequest', async (request, reply) => {
  await request.jwtVerify();
  if (denyList.has(request.user.sid)) return reply.code(401).send();
});
application.get('/', (request) => ({ user: request.user.sub, role: request.user.role }));

const address = await application.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 8080) });
console.log(`listening on ${new URL(address).port}`);
