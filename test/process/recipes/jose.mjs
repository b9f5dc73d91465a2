import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { GATEWAY: gateway, ISSUER: issuer = gateway } = process.env;
const keys = createRemoteJWKSet(new URL(`${gateway}/.well-known/jwks.json`), { cacheMaxAge: 300_000 });

const server = createServer((request, response) => {
  const token = request.headers.authorization?.replace(/^Bearer /i, '') ?? '';
  jwtVerify(token, keys, { issuer, audience: 'graphql-auth-gateway', algorithms: ['ES256'] }).then(
    ({ payload }) => response.end(JSON.stringify({ user: payload.sub, role: payload.role })),
    () => response.writeHead(401).end(),
  );
});
server.listen(process.env.PORT ?? 8080, '127.0.0.1', () =>
  console.log(`listening on ${server.address().port}`),
);
